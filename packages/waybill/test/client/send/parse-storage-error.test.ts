import { describe, expect, it } from 'vitest'
import { StoreError } from '../../../../waybill-s3/src/s3-error.ts'
import { parseStorageError } from '../../../src/client/send/parse-storage-error.ts'

function answer(status: number, code: string, message = 'm') {
  const text = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, text, headers: {} }
}

const NOTHING = { text: '', headers: {} }

describe('parseStorageError', () => {
  it.each([
    ['EntityTooLarge', 'FILE_TOO_LARGE'],
    ['EntityTooSmall', 'FILE_TOO_SMALL'],
    ['ExpiredToken', 'CREDENTIALS_EXPIRED'],
    ['TokenRefreshRequired', 'CREDENTIALS_EXPIRED'],
    ['RequestTimeTooSkewed', 'CLOCK_SKEWED'],
    ['BadDigest', 'CHECKSUM_MISMATCH'],
    ['XAmzContentChecksumMismatch', 'CHECKSUM_MISMATCH'],
    ['NoSuchUpload', 'UPLOAD_NOT_FOUND'],
    ['PreconditionFailed', 'OBJECT_EXISTS'],
    ['RequestTimeout', 'NETWORK_FAILED'],
    ['IncompleteBody', 'NETWORK_FAILED'],
    ['NotImplemented', 'STORAGE_REFUSED'],
    ['ConditionalRequestConflict', 'STORAGE_UNAVAILABLE'],
    ['OperationAborted', 'STORAGE_UNAVAILABLE'],
  ])('parses %s as %s, whatever the status', (code, meaning) => {
    expect(parseStorageError(answer(400, code)).code).toBe(meaning)
    expect(parseStorageError(answer(503, code)).code).toBe(meaning)
  })

  it.each([
    ['AccessDenied', 'Invalid according to Policy: Policy expired.', 'POLICY_EXPIRED'],
    ['AccessDenied', 'Request has Expired', 'POLICY_EXPIRED'],
    ['AccessDenied', 'Access Denied', 'STORAGE_REFUSED'],
    ['InvalidRequest', 'it has expired', 'STORAGE_REFUSED'],
  ])('reports %s (%s) as %s', (code, message, meaning) => {
    expect(parseStorageError(answer(403, code, message)).code).toBe(meaning)
  })

  it.each(['', 'SlowDown', 'constructor', 'toString'])(
    'lets the status decide what %j means',
    (code) => {
      expect(parseStorageError(answer(503, code)).code).toBe('STORAGE_UNAVAILABLE')
      expect(parseStorageError(answer(403, code)).code).toBe('STORAGE_REFUSED')
    },
  )

  it.each([
    [
      413,
      '',
      ': a proxy in front of the storage limits the size of bodies (nginx: client_max_body_size)',
    ],
    [403, 'SignatureDoesNotMatch', ' (nginx: proxy_set_header Host $http_host)'],
    [403, 'AccessDenied', ' there and in the bucket policy'],
    [
      404,
      'NoSuchBucket',
      ": the bucket does not exist or is in another region, check the signer's bucket and region",
    ],
    [403, 'InvalidAccessKeyId', ": check accessKeyId of the signer's credentials"],
    [403, 'toString', '403 toString (m)'],
    [
      404,
      '',
      "404: not an S3 response. Check the signer's endpoint option, and any proxy in front of the storage",
    ],
  ])('says for %i %s what to check', (status, code, advice) => {
    const { message } = parseStorageError(code ? answer(status, code) : { ...NOTHING, status })
    expect(message).toMatch(/^the storage responded with \d/)
    expect(message.endsWith(advice)).toBe(true)
  })

  it.each([
    [
      answer(400, 'InvalidArgument', "the region 'us-east-1' is wrong; expecting 'eu-west-1'"),
      "400 InvalidArgument: the bucket is in another region, set the signer's region to 'eu-west-1'",
    ],
    [
      answer(400, 'InvalidArgument', 'Not this value'),
      'the storage responded with 400 InvalidArgument (Not this value)',
    ],
    [answer(400, 'ExpiredToken'), "the signer's temporary credentials have expired"],
    [
      answer(400, 'InvalidToken'),
      "the signer's sessionToken is incomplete or does not match accessKeyId",
    ],
    [answer(403, 'AccessDenied'), "the signer's credentials need s3:PutObject"],
  ])('says what S3 reports, and what to change: %#', (said, message) => {
    expect(parseStorageError(said).message).toContain(message)
  })

  it("reports the storage's response, and keeps the original message as the cause", () => {
    const error = parseStorageError(answer(503, 'SlowDown', 'Please reduce your rate'))
    expect(error.message).toBe('the storage responded with 503 SlowDown')
    expect(error.cause).toBeInstanceOf(StoreError)
    expect(error.cause).toMatchObject({ code: 'SlowDown', message: 'Please reduce your rate' })
    const page = parseStorageError({ status: 502, text: '<html>', headers: {} })
    expect(page.message).toBe('the storage responded with 502')
    expect(page.id).toBeUndefined()
  })

  it('includes the request id from the document, or from a readable header', () => {
    const headers = { 'x-amz-request-id': 'H' }
    const text = '<Error><Code>AccessDenied</Code><RequestId>X</RequestId></Error>'
    expect(parseStorageError({ status: 403, text, headers }).id).toBe('X')
    expect(parseStorageError({ status: 503, text: '', headers }).id).toBe('H')
  })
})
