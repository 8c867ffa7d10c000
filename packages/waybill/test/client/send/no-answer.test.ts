import { afterEach, describe, expect, it, vi } from 'vitest'
import { noAnswer } from '../../../src/client/send/read-answer.ts'

const PRESIGNED = 'https://uploads.s3.example/key?X-Amz-Signature=0123'

function onPage(href: string): void {
  vi.stubGlobal('location', new URL(href))
}

describe('noAnswer', () => {
  afterEach(() => vi.unstubAllGlobals())

  it("names only a presigned URL's origin, and keeps the cause", () => {
    const cause = new TypeError('fetch failed')
    const error = noAnswer('NETWORK_FAILED', PRESIGNED, cause)
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', cause })
    expect(error.message).toBe('the storage at https://uploads.s3.example did not respond')
  })

  it('explains that a signer needs an absolute URL outside of a page', () => {
    const cause = new TypeError('Invalid URL')
    const error = noAnswer('SIGNER_UNAVAILABLE', '/api/uploads', cause)
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', cause })
    expect(error.message).toBe('endpoint is /api/uploads, expected a URL or, in a page, a path')
    expect(noAnswer('SIGNER_UNAVAILABLE', 'https://api.example/uploads').message).toBe(
      'the signer at https://api.example did not respond',
    )
  })

  it.each(['localhost:3000/api/uploads', 'data:,uploads', 'http://['])(
    "explains that %s is not a signer's address",
    (endpoint) => {
      onPage('https://app.example/gallery')
      expect(noAnswer('SIGNER_UNAVAILABLE', endpoint)).toMatchObject({
        code: 'RESPONSE_INVALID',
        message: `endpoint is ${endpoint}, expected a URL or, in a page, a path`,
      })
    },
  )

  it('explains on a page what to check for a signer on another origin', () => {
    onPage('https://app.example/gallery')
    expect(noAnswer('SIGNER_UNAVAILABLE', 'https://api.example/uploads').message).toBe(
      'the signer at https://api.example did not respond; ' +
        "if this continues, check the page's endpoint and the signer's allowedOrigins (https://app.example)",
    )
  })

  it('explains on a page that another origin may not allow it', () => {
    onPage('https://app.example/gallery')
    expect(noAnswer('NETWORK_FAILED', PRESIGNED).message).toBe(
      'the storage at https://uploads.s3.example did not respond; ' +
        "if this continues, check that the signer's bucket exists and that its CORS rule allows https://app.example",
    )
  })

  it('does not mention CORS if the signer has the same origin', () => {
    onPage('https://app.example/gallery')
    for (const url of ['/api/uploads', 'https://app.example/api/uploads']) {
      expect(noAnswer('SIGNER_UNAVAILABLE', url).message).toBe(
        'the signer at https://app.example did not respond',
      )
    }
  })
})
