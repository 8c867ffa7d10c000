/**
 * Recognizes a file after a reload by its name, size, type, modification time and a hash of its
 * first and last bytes.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import { readWhole } from '../file/file-source.ts'
import { sha256Of } from '../hash/sha256.ts'

/** Bytes hashed at each end of the file. In most formats, different files differ there. */
const END_SIZE = 64 * 1024

export interface Destination {
  readonly endpoint: string
  readonly rule?: string
  readonly scope?: string
}

/**
 * Computes the id of a file's resume record. The same file and destination always produce the same
 * id.
 *
 * @returns 43 characters from `A–Z a–z 0–9 - _`.
 */
export async function fingerprintOf(
  file: Blob,
  { name, path, size, type, metadata }: FileDescription,
  { endpoint, rule, scope }: Destination,
): Promise<string> {
  const head = await readWhole(file.slice(0, END_SIZE))
  const tail = await readWhole(file.slice(Math.max(0, size - END_SIZE)))
  const lastModified = file instanceof File ? file.lastModified : 0
  const about = JSON.stringify([
    ...[endpoint, rule, name, size, type, metadata, lastModified],
    ...(scope === undefined ? [] : [scope]),
    // Two folders may contain the same file.
    ...(path === undefined ? [] : [{ path }]),
  ])
  const hash = await sha256Of(new Blob([about, head, tail]))
  return hash.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
