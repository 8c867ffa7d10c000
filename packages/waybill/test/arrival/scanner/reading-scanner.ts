/**
 * Objects whose bytes nobody has pinned, scanners that read them, and the reads that S3 sees.
 *
 * @module
 */

import type { ArrivalOptions, ObjectToScan } from 'waybill/arrival'

export const MIB = 1024 ** 2

export async function bytesOf(object: ObjectToScan): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of object.open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

interface Read {
  readonly range: string
  readonly ifMatch: string | undefined
  readonly versionId: string | null
}

/** Tells which ranges of objects are read. */
export function reads(
  before: (read: Read, count: number) => Promise<Response | undefined> | undefined = () =>
    undefined,
) {
  const seen: Read[] = []
  const spied: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const range = headers.get('range')
    if (range !== null) {
      const versionId = new URL(String(input)).searchParams.get('versionId')
      seen.push({ range, ifMatch: headers.get('if-match') ?? undefined, versionId })
      const instead = await before(seen[seen.length - 1] as Read, seen.length)
      if (instead) return instead
    }
    return fetch(input, init)
  }
  return { seen, fetch: spied }
}

/** What careless scanners make of a stream that fails. */
export const CARELESS: readonly (readonly [string, ArrivalOptions['scan']])[] = [
  [
    'calls it clean',
    async (each) => {
      await bytesOf(each).catch(() => undefined)
      return 'clean'
    },
  ],
  [
    'throws an error of its own',
    async (each) => {
      await bytesOf(each).catch(() => Promise.reject(new Error('the stream broke')))
      return 'clean'
    },
  ],
  [
    'says that it could not be scanned',
    async (each) =>
      bytesOf(each).then(
        () => 'clean' as const,
        () => ({ notScanned: 'UNREADABLE' }),
      ),
  ],
]
