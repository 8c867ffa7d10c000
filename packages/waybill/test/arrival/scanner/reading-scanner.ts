/**
 * Objects whose bytes nobody has pinned, scanners that read them, and the reads that S3 sees.
 *
 * @module
 */

import {
  type Landing,
  sendForm,
  startLanding,
  startVersionedLanding,
} from '@waybill/test-support/landing'
import { afterAll, beforeAll } from 'vitest'
import type { ArrivalOptions, ObjectToScan } from 'waybill/arrival'
import { latest } from './scanner.ts'

export const MIB = 1024 ** 2
const NAME = ['a.bin', 'application/octet-stream'] as const

/** Buckets without and with versions, for all tests of the suite that calls this. */
export function bothLandings(): {
  readonly plain: () => Landing
  readonly versioned: () => Landing
} {
  let plain: Landing
  let versioned: Landing
  beforeAll(async () => {
    plain = await startLanding()
    versioned = await startVersionedLanding()
  })
  afterAll(async () => {
    await plain.close()
    await versioned.close()
  })
  return { plain: () => plain, versioned: () => versioned }
}

/** A form that does not pin the bytes, sent with the first of them. */
export async function land(to: Landing, bytes: Uint8Array) {
  const form = await to.sign(...NAME, bytes.length)
  const send = (other: Uint8Array) => sendForm(form, new Blob([new Uint8Array(other)]))
  await send(bytes)
  return { object: latest(to), key: form.fields.key ?? '', send }
}

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
