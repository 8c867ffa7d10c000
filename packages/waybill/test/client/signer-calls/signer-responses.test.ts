import { describe, expect, it } from 'vitest'
import {
  parseCompleted,
  parseGrant,
  parseUploads,
  parseWindow,
  renewalOf,
  renewalOfWindow,
} from '../../../src/client/signer-calls/signer-calls.ts'

const WINDOW = {
  ...{ from: 1, count: 2, url: 'https://s3.example/k', signatures: 'AA' },
  ...{ headers: { 'x-a': 'b' }, expiration: '2026-11-27T10:00:00Z' },
}
const COMMON = { waybill: 'w', key: 'k', expiration: '2026-11-27T10:00:00Z' }
const POST = {
  ...{ ...COMMON, strategy: 'post' as const },
  presignedPost: { url: 'https://s3.example/', fields: { key: 'k' } },
}
const PUT = {
  ...{ ...COMMON, strategy: 'put' as const, url: 'https://s3.example/k' },
  headers: { 'x-a': 'b' },
}
const MULTIPART = {
  ...{ ...COMMON, strategy: 'multipart' as const, uploadId: 'u', partSize: 5, parts: WINDOW },
}
const COMPLETED = { key: 'k', size: 0, etag: 'e', verifiedBy: 'size' }
const NO_GRANT = "the signer's response is missing uploads, expected a grant of a known strategy"

describe('parseGrant', () => {
  it.each([POST, PUT, MULTIPART])('accepts a grant for $strategy unchanged', (grant) => {
    expect(parseGrant(grant)).toBe(grant)
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'grant'],
    ['a list', [POST]],
    ['a waybill that is not a string', { ...POST, waybill: 1 }],
    ['a key that is not a string', { ...PUT, key: 1 }],
    ['no expiration', { ...MULTIPART, expiration: undefined }],
    ['an unknown strategy', { ...MULTIPART, strategy: 'fax' }],
    ['no form', { ...POST, presignedPost: undefined }],
    ['a form without a URL', { ...POST, presignedPost: { fields: {} } }],
    ['a form without fields', { ...POST, presignedPost: { url: 'u' } }],
    ['form fields that are a list', { ...POST, presignedPost: { url: 'u', fields: ['a'] } }],
    ['a form field of null', { ...POST, presignedPost: { url: 'u', fields: { key: null } } }],
    ['form fields that are partly texts', formWith({ key: 'k', size: 1 })],
    ['no URL', { ...PUT, url: undefined }],
    ['no headers', { ...PUT, headers: undefined }],
    ['a header that is not a string', { ...PUT, headers: { a: 1 } }],
    ['no upload id', { ...MULTIPART, uploadId: 7 }],
    ['a part size that is not a whole number', { ...MULTIPART, partSize: 1.5 }],
    ['no parts', { ...MULTIPART, parts: undefined }],
  ])('rejects %s', (_, grant) => {
    expect(() => parseGrant(grant)).toThrow(
      expect.objectContaining({ code: 'RESPONSE_INVALID', message: NO_GRANT }),
    )
  })
})

function formWith(fields: object): object {
  return { ...POST, presignedPost: { url: 'u', fields } }
}

describe('parseWindow', () => {
  it('accepts a window unchanged', () => {
    expect(parseWindow(WINDOW)).toBe(WINDOW)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no beginning', { ...WINDOW, from: '1' }],
    ['a count that is not a whole number', { ...WINDOW, count: 0.5 }],
    ['no parts at all', { ...WINDOW, count: 0 }],
    ['no URL', { ...WINDOW, url: 7 }],
    ['no signatures', { ...WINDOW, signatures: undefined }],
    ['no expiration', { ...WINDOW, expiration: undefined }],
    ['no headers', { ...WINDOW, headers: [] }],
  ])('rejects %s', (_, window) => {
    expect(() => parseWindow(window)).toThrow(
      expect.objectContaining({
        code: 'RESPONSE_INVALID',
        message: "the signer's response is missing a window of parts",
      }),
    )
  })
})

describe('parseCompleted', () => {
  it.each([COMPLETED, { ...COMPLETED, versionId: 'v' }, { ...COMPLETED, receipt: 'r' }])(
    'accepts %j unchanged',
    (completed) => {
      expect(parseCompleted(completed)).toBe(completed)
    },
  )

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a size that is not a number', { ...COMPLETED, size: '0' }],
    ['no key', { ...COMPLETED, key: undefined }],
    ['no ETag', { ...COMPLETED, etag: undefined }],
    ['nothing that it was verified by', { ...COMPLETED, verifiedBy: undefined }],
    ['a version that is not a string', { ...COMPLETED, versionId: 7 }],
    ['a receipt that is not a string', { ...COMPLETED, versionId: 'v', receipt: null }],
  ])('rejects %s', (_, completed) => {
    expect(() => parseCompleted(completed)).toThrow(
      expect.objectContaining({
        code: 'RESPONSE_INVALID',
        message: "the signer's response is missing key, size, etag and verifiedBy",
      }),
    )
  })
})

describe('parseUploads', () => {
  const refused = { error: { code: 'FILE_TOO_LARGE', message: 'm' } }

  it('reads each entry, and rejected ones as their error', () => {
    const read = parseUploads({ uploads: [7, refused] }, 2, (entry) => `${entry}`)
    expect(read).toEqual(['7', expect.objectContaining({ code: 'FILE_TOO_LARGE', message: 'm' })])
  })

  it.each([null, 'uploads', {}, { uploads: 'ab' }, { uploads: [1] }, { uploads: [1, 2, 3] }])(
    'rejects %j instead of two entries',
    (body) => {
      expect(() => parseUploads(body, 2, String)).toThrow(
        expect.objectContaining({
          code: 'RESPONSE_INVALID',
          message: "the signer's response is missing uploads, expected 2 of them",
        }),
      )
    },
  )
})

describe('renewalOf', () => {
  const ASKED = 1_000_000
  const DATE = '20261127T100000Z'
  const urlWith = (query: string) => `https://s3.example/k?${query}`
  const put = (query: string, expiration: string) =>
    renewalOf({ ...PUT, url: urlWith(query), expiration }, ASKED)

  it.each([
    ['ten seconds before the end of an hour', '2026-11-27T11:00:00Z', 3_590_000],
    ['after nine tenths of less than 100 seconds', '2026-11-27T10:00:50Z', 45_000],
    ['never, where it says no end', 'soon', Number.POSITIVE_INFINITY],
    ['never, where it ends as it begins', '2026-11-27T10:00:00Z', Number.POSITIVE_INFINITY],
    ['never, where it ends before', '2026-11-27T09:00:00Z', Number.POSITIVE_INFINITY],
  ])('is %s', (_, expiration, afterMs) => {
    expect(put(`X-Amz-Date=${DATE}`, expiration)).toBe(ASKED + afterMs)
    expect(put(`a=b&X-Amz-Date=${DATE}&c=d`, expiration)).toBe(ASKED + afterMs)
    const fields = { key: 'k', 'X-AMZ-Date': DATE }
    const form = { ...POST, presignedPost: { url: 'u', fields }, expiration }
    expect(renewalOf(form, ASKED)).toBe(ASKED + afterMs)
    const window = { ...WINDOW, url: urlWith(`X-Amz-Date=${DATE}`), expiration }
    const inParts = { ...MULTIPART, parts: window, expiration: '2030-01-01T00:00:00Z' }
    expect(renewalOf(inParts, ASKED)).toBe(ASKED + afterMs)
    expect(renewalOfWindow(window, ASKED)).toBe(ASKED + afterMs)
  })

  it.each(['', 'X-Amz-Date=today', 'x=X-Amz-Date', 'no-X-Amz-Date=20261127T100000Z'])(
    'is never if the URL does not say when it was signed: %j',
    (query) => {
      expect(put(query, '2026-11-27T11:00:00Z')).toBe(Number.POSITIVE_INFINITY)
    },
  )

  it('is never if the form does not say when it was signed', () => {
    expect(renewalOf(POST, ASKED)).toBe(Number.POSITIVE_INFINITY)
  })
})
