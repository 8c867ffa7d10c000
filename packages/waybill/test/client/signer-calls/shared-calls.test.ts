/**
 * Calls of uploads to a signer of the test's making, under its clock: what is granted too late, and
 * what is given up.
 *
 * @module
 */

import { failureOf } from '@waybill/test-support/upload-watch'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

const ENDPOINT = 'https://signer.example'
const SIZE = 5 * 1024 ** 2 + 1
const COMMON = { key: 'k', expiration: '2100-01-01T00:00:00Z' }
const PARTS = {
  ...{ from: 1, count: 2, headers: {}, expiration: COMMON.expiration },
  url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
  signatures: Buffer.alloc(2 * 32).toString('base64url'),
}
const IN_PARTS = {
  ...COMMON,
  strategy: 'multipart',
  uploadId: 'u',
  partSize: SIZE - 1,
  parts: PARTS,
}
const IN_ONE = {
  ...{ ...COMMON, strategy: 'post' },
  presignedPost: { url: 'https://s3.example/', fields: { key: 'k' } },
}

interface Call {
  readonly path: string
  readonly at: number
  readonly body: { readonly waybill?: string; readonly files?: readonly { nonce?: string }[] }
}

/** @param create - Answers the calls that ask for an upload; all bytes for S3 hang. */
function uploaderWith(create: (number: number) => Promise<object>) {
  const time = virtualTime()
  const calls: Call[] = []
  const sending = Promise.withResolvers<void>()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input)
    if (!url.startsWith(ENDPOINT)) {
      sending.resolve()
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    }
    const path = url.slice(ENDPOINT.length)
    calls.push({ path, at: time.monotonicMs(), body: JSON.parse(String(init?.body)) })
    if (path === '/abort') throw new TypeError('fetch failed')
    const grant = await create(calls.length)
    return Response.json({ uploads: [{ waybill: `w${calls.length}`, ...grant }] }, { status: 201 })
  }
  const uploader = createUploader({
    ...{ endpoint: ENDPOINT, fetch, resumeStore: false, retryForMs: Number.POSITIVE_INFINITY },
    effects: { ...time, random: () => 0.5 },
  })
  const begin = () => uploader.upload(new File([new Uint8Array(SIZE)], 'a'))
  const aborts = () => calls.filter(({ path }) => path === '/abort')
  return { begin, calls, aborts, sending: sending.promise, time }
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('an upload that is aborted while it is asked for', () => {
  it.each([
    ['in parts', IN_PARTS, 1],
    ['in one request', IN_ONE, 0],
  ])('is taken back when it is granted after all %s', async (_, grant, times) => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<object>()
    const { begin, aborts } = uploaderWith(() => {
      asked.resolve()
      return answer.promise
    })
    const upload = begin()
    await asked.promise
    upload.abort()
    await failureOf(upload)
    expect(aborts()).toEqual([])
    answer.resolve(grant)
    await settle()
    expect(aborts().map(({ body }) => body.waybill)).toEqual(Array(times).fill('w1'))
  })
})

describe('an upload that is to be taken back', () => {
  it('is asked for until a minute is over, and then no more', async () => {
    const { begin, aborts, sending, time } = uploaderWith(async () => IN_PARTS)
    const upload = begin()
    await sending
    upload.abort()
    await failureOf(upload)
    await time.until(time.wait(600_000, new AbortController().signal))
    expect(aborts().length).toBeGreaterThan(2)
    expect(aborts().at(-1)?.at).toBeLessThan(60_000)
  })
})

describe('a grant that comes when another was asked for', () => {
  it('is taken back: the file is asked for as another', async () => {
    const late = Promise.withResolvers<object>()
    const again = Promise.withResolvers<void>()
    const { begin, calls, aborts, sending, time } = uploaderWith((number) => {
      if (number === 1) return late.promise
      again.resolve()
      return Promise.resolve(IN_PARTS)
    })
    begin().done.catch(() => {})
    // Hashing takes no time of this clock: it stands still until the first call is made.
    while (calls.length === 0) await settle()
    await time.until(again.promise)
    await sending
    const [first, second] = calls.map(({ body }) => body.files?.[0]?.nonce)
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(second).not.toBe(first)
    expect(aborts()).toEqual([])
    late.resolve({ ...IN_PARTS, waybill: 'late' })
    await settle()
    expect(aborts().map(({ body }) => body.waybill)).toEqual(['late'])
  })
})
