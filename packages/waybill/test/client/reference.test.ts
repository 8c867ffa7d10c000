/**
 * `error.id`: what joins a failure that a person sees to a line of the signer's log, or of S3's.
 *
 * @module
 */

import { hurried, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { type SignerEvent, UploadError, uploadRule } from 'waybill'
import type { Upload } from 'waybill/client'

const FILE = new File(['a'], 'a.txt', { type: 'text/plain' })

/** A signer that tells of its events, and whose `authorize` is the test's. */
async function setUp(authorize: () => { owner: string } | false | Promise<never>) {
  const events: SignerEvent[] = []
  const heard: ({ readonly id: string } | undefined)[] = []
  const rules = { any: uploadRule({ types: ['*/*'], maxSize: '1 MiB', authorize }) }
  const system = await startSystem({
    signer: {
      rules,
      onEvent: (event) => events.push(event),
      onError: (_error, call) => heard.push(call),
    },
  })
  return { system, events, heard }
}

async function uploadError(upload: Upload): Promise<UploadError> {
  const error = await failureOf(upload)
  if (error instanceof UploadError) return error
  throw error
}

describe("a failure's id", () => {
  it("is the rejected call's", async () => {
    const { system, events } = await setUp(() => false)
    const error = await uploadError(system.uploader('me').upload(FILE))
    expect(error.code).toBe('UNAUTHENTICATED')
    expect(error.id).toMatch(/^[0-9a-f]{16}$/)
    expect(events.at(-1)).toMatchObject({ type: 'refusal', id: error.id })
  })

  it('is that of the rejected file within a call', async () => {
    const { system, events } = await setUp(() => ({ owner: 'me' }))
    const large = new File([new Uint8Array(2 ** 20 + 1)], 'a.bin')
    const error = await uploadError(system.uploader('me').upload(large))
    expect(error.code).toBe('FILE_TOO_LARGE')
    expect(events.at(-1)).toMatchObject({ type: 'refusal', id: error.id })
    expect(error.details).toMatchObject({ allowed: 2 ** 20 })
  })

  it('is that of the last call that got 503', async () => {
    const { system, events, heard } = await setUp(() => Promise.reject(new Error('no database')))
    const retried: (string | undefined)[] = []
    // No time passes but pauses between attempts, and each of them is longer than it retries.
    let at = 0
    const wait = (ms: number, signal: AbortSignal) => {
      if (ms < 1_000) at += ms
      return hurried(ms, signal)
    }
    const effects = { wait, monotonicMs: () => at }
    const upload = system.uploader('me', { retryForMs: 1, effects }).upload(FILE)
    upload.on('retry', ({ error }) => retried.push(error.id))
    const error = await uploadError(upload)
    expect(error.code).toBe('SIGNER_UNAVAILABLE')
    expect(retried.length).toBeGreaterThan(0)
    expect(retried).toEqual(events.map(({ id }) => id))
    expect(error.id).toBe(retried.at(-1))
    expect(heard.map((call) => call?.id)).toEqual(events.map(({ id }) => id))
  })

  it("is S3's request id if S3 refused the request", async () => {
    const refused: string[] = []
    const { system } = await setUp(() => ({ owner: 'me' }))
    const uploader = system.uploader('me', {
      fetch: async (to, init) => {
        const response = await fetch(to, init)
        if (!response.ok) refused.push(response.headers.get('x-amz-request-id') ?? '')
        if (String(to) !== system.endpoint) return response
        const granted = await response.text()
        return new Response(granted.replace(/(x-amz-signature":")\w{8}/i, '$100000000'), response)
      },
    })
    const error = await uploadError(uploader.upload(FILE))
    expect(error.code).toBe('STORAGE_REFUSED')
    expect(error.id).toBe(refused.at(-1))
    expect(error.id).toMatch(/^[0-9A-F]{16}$/)
  })

  it('is included in a serialized error, and missing if there is none', () => {
    expect(new UploadError('FORBIDDEN', 'm', { id: 'x' }).toJSON()).toEqual({
      error: { code: 'FORBIDDEN', message: 'm', id: 'x' },
    })
    const none = new UploadError('FORBIDDEN', 'm')
    expect(none.toJSON()).toEqual({ error: { code: 'FORBIDDEN', message: 'm' } })
    expect('id' in none).toBe(false)
  })
})
