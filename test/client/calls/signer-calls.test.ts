import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { SignerHeaders } from 'waybill/client'
import { signerCalls } from '../../../src/client/calls/signer-calls.ts'
import { readError } from '../../../src/client/calls/signer-responses.ts'

const { signal } = new AbortController()

function callsWith(headers: SignerHeaders) {
  return signerCalls({
    ...{ endpoint: 'https://api.example', headers, credentials: 'same-origin' },
    fetch: async () => Response.json({}),
    wait: () => new Promise(() => {}),
  })
}

describe('headers that fail', () => {
  it('are told as a signer that is away, with why', async () => {
    const cause = new Error('the token endpoint is away')
    const failing = callsWith(() => {
      throw cause
    })
    await expect(failing.ask('/list', {}, signal)).rejects.toMatchObject({
      ...{ code: 'SIGNER_UNAVAILABLE', message: 'headers of the uploader failed', cause },
    })
  })

  it('may say themselves what has failed', async () => {
    const refused = new UploadError('UNAUTHENTICATED', 'signed out')
    const failing = callsWith(async () => Promise.reject(refused))
    await expect(failing.ask('/list', {}, signal)).rejects.toBe(refused)
  })
})

describe('readError', () => {
  const LIST = Array.from({ length: 256 }, () => 'a/b')
  const of = (allowed: unknown) =>
    readError({ error: { code: 'FILE_REFUSED', message: 'm', details: { allowed } } })?.details

  it('takes lists of 256 short texts, and no others', () => {
    expect(of(LIST)).toEqual({ allowed: LIST })
    expect(of([...LIST, 'a/b'])).toBeUndefined()
    expect(of(['a/b', 7])).toBeUndefined()
    expect(of(['a/b', 'x'.repeat(257)])).toBeUndefined()
  })

  it('takes texts of 256 characters, and no longer ones', () => {
    expect(of('x'.repeat(256))).toEqual({ allowed: 'x'.repeat(256) })
    expect(of('x'.repeat(257))).toBeUndefined()
  })

  it.each([
    [{ error: { code: 7, message: 'm' } }],
    [{ error: { code: 'FILE_REFUSED' } }],
    [{ error: 'FILE_REFUSED' }],
    ['FILE_REFUSED'],
  ])('takes %j for no error', (body) => {
    expect(readError(body)).toBeUndefined()
  })
})
