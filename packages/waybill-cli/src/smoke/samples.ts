/**
 * The files that the smoke test uploads: a few bytes that match their type, followed by padding.
 *
 * @module
 */

import type { RuleHints } from 'waybill'
import { allowsContentType } from 'waybill/internal/protocol'

export interface Sample {
  readonly rule: string
  /** Without a dot. */
  readonly extension: string
  readonly type: string
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

/** A movie without frames, which consists of an `ftyp` and an `mdat` box. */
function mp4(): string {
  return '\0\0\0 ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08mdat'
}

function filled(start: string, size: number, filling: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size).fill(filling.charCodeAt(0))
  bytes.set(new TextEncoder().encode(start).subarray(0, size))
  return bytes
}

/**
 * Chooses a file that one of the rules accepts.
 *
 * @param size - In bytes.
 * @param only - The name of the only rule to consider.
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
