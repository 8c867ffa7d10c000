import { describe, expect, it } from 'vitest'
import { isUploadErrorCode, UPLOAD_ERROR_CODES, UploadError, type UploadErrorCode } from 'waybill'
import { whose } from '../../src/protocol/upload-error.ts'

/** What only happens in the client, so that no signer ever answers it. */
const NEVER_ON_THE_WIRE = [
  'TOO_MANY_FILES',
  'PREPARE_FAILED',
  'STORAGE_CORS_MISSING',
  'STORAGE_NOT_ALLOWED',
  'ADDRESS_BLOCKED',
  'NETWORK_FAILED',
  'STALLED',
  'FILE_UNREADABLE',
  'PAGE_OUTDATED',
  'ABORTED',
]

describe('UploadError', () => {
  it.each(UPLOAD_ERROR_CODES)('sends %s with a status and as JSON to the client', (code) => {
    const cause = new Error('S3 said')
    const error = new UploadError(code, 'file is 7 bytes, at most 5 are allowed', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('UploadError')
    expect(error.cause).toBe(cause)
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      error: { code, message: 'file is 7 bytes, at most 5 are allowed' },
    })
    if (NEVER_ON_THE_WIRE.includes(code)) expect(error.status).toBe(0)
    else {
      expect(error.status).toBeGreaterThanOrEqual(400)
      expect(error.status).toBeLessThan(600)
    }
  })

  it.each<[UploadErrorCode, boolean]>([
    ['POLICY_EXPIRED', true],
    ['CREDENTIALS_EXPIRED', true],
    ['CLOCK_SKEWED', true],
    ['STORAGE_UNAVAILABLE', true],
    ['SIGNER_UNAVAILABLE', true],
    ['NETWORK_FAILED', true],
    ['STALLED', true],
    ['TOO_MANY_UPLOADS', true],
    ['INTERNAL_ERROR', true],
    ['ABORTED', false],
    ['FORBIDDEN', false],
    ['FILE_TOO_LARGE', false],
    ['CHECKSUM_MISMATCH', false],
  ])('reports whether the same call may succeed later: %s %s', (code, retryable) => {
    expect(new UploadError(code, '').retryable).toBe(retryable)
  })

  it('lists the codes that require another file, and those that require a fixed site', () => {
    const codesOf = (owner: string) =>
      UPLOAD_ERROR_CODES.filter((code) => whose(new UploadError(code, '')) === owner)
    expect(codesOf('file').join(' ')).toBe(
      'FILE_TOO_LARGE FILE_TOO_SMALL FILE_TYPE_NOT_ALLOWED FILE_NAME_INVALID FILE_REFUSED',
    )
    expect(codesOf('site').join(' ')).toBe(
      'REQUEST_INVALID REQUEST_TOO_LARGE REQUEST_TIMEOUT METHOD_NOT_ALLOWED NOT_FOUND RULE_UNKNOWN ORIGIN_NOT_ALLOWED UNAUTHENTICATED CHECKSUM_REQUIRED WAYBILL_INVALID POLICY_EXPIRED CREDENTIALS_EXPIRED CLOCK_SKEWED STORAGE_CORS_MISSING STORAGE_REFUSED STORAGE_NOT_ALLOWED STORAGE_UNAVAILABLE ADDRESS_BLOCKED NETWORK_FAILED SIGNER_UNAVAILABLE RESPONSE_INVALID PAGE_OUTDATED INTERNAL_ERROR',
    )
  })

  it('is never retryable if the request or the file is to blame', () => {
    const wrong = UPLOAD_ERROR_CODES.filter((code) => {
      const { status, retryable } = new UploadError(code, '')
      // Arrival may not have judged the object yet.
      if (code === 'OBJECT_NOT_VERIFIED') return false
      // 403 may be of a signature that has expired, 408 is of the line, 429 of the other files.
      return retryable && status >= 400 && status < 500 && ![403, 408, 429].includes(status)
    })
    expect(wrong).toEqual([])
  })
})

describe("an UploadError's details", () => {
  it('are serialized with it', () => {
    const details = { actual: 7, allowed: 5 }
    const error = new UploadError('FILE_TOO_LARGE', 'file is 7 bytes', { details })
    expect(error.details).toEqual(details)
    expect(error.toJSON()).toEqual({
      error: { code: 'FILE_TOO_LARGE', message: 'file is 7 bytes', details },
    })
  })

  it('are left out if there are none', () => {
    expect('details' in new UploadError('ABORTED', '')).toBe(false)
  })
})

describe('isUploadErrorCode', () => {
  it('recognizes every code in the table', () => {
    expect(UPLOAD_ERROR_CODES.every(isUploadErrorCode)).toBe(true)
    expect(new Set(UPLOAD_ERROR_CODES).size).toBe(UPLOAD_ERROR_CODES.length)
  })

  it.each([
    '',
    'toString',
    '__proto__',
    'constructor',
    'file_too_large',
    404,
    null,
    undefined,
    {},
    [['FORBIDDEN']],
  ])('does not recognize %j', (code) => {
    expect(isUploadErrorCode(code)).toBe(false)
  })
})
