/**
 * Files that the smoke test uploads: a few bytes that are what their type says, and filling.
 *
 * @module
 */

import { allowsContentType } from '../../protocol/content-types/allowed-type.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'

/** A file that a rule takes. */
export interface Sample {
  readonly rule: string
  /** Of the file's name. */
  readonly extension: string
  readonly type: string
  /** Makes the file. */
  make(size: number): Uint8Array<ArrayBuffer>
}

type Kind = Omit<Sample, 'rule'>

const KINDS: readonly Kind[] = [
  {
    extension: 'txt',
    type: 'text/plain',
    make: (size) => filled('Waybill smoke test.\n', size, ' '),
  },
  { extension: 'mp4', type: 'video/mp4', make: (size) => filled(mp4(), size, '\0') },
  {
    extension: 'pdf',
    type: 'application/pdf',
    make: (size) => filled('%PDF-1.7\n%%EOF\n', size, '\n'),
  },
  { extension: 'csv', type: 'text/csv', make: (size) => filled('waybill,smoke\n', size, '\n') },
]

/** A movie without pictures: its boxes `ftyp` and `mdat`. */
function mp4(): string {
  return '\0\0\0 ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08mdat'
}

function filled(start: string, size: number, filling: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size).fill(filling.charCodeAt(0))
  bytes.set(new TextEncoder().encode(start).subarray(0, size))
  return bytes
}

/**
 * Chooses a file that a rule takes.
 *
 * @param rules - What the signer says of its rules.
 * @param size - Bytes.
 * @param only - The name of the rule, when one is chosen.
 */
export function chooseSample(
  rules: Readonly<Record<string, RuleHints>>,
  size: number,
  only?: string,
): Sample | undefined {
  for (const [rule, { types, maxSize, minSize }] of Object.entries(rules)) {
    if (only !== undefined && rule !== only) continue
    if (size > maxSize || size < minSize) continue
    const kind = KINDS.find(({ type }) => allowsContentType(types, type))
    if (kind) return { rule, ...kind }
  }
  return undefined
}
