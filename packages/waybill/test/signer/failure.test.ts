import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { S3Error } from 'waybill-s3'
import { ApplicationFailed, askApplicationWith } from '../../src/events/ask-application.ts'
import { RENEW_CREDENTIALS } from '../../src/protocol/refusal-advice.ts'
import { SecretUnavailable } from '../../src/seal/secret.ts'
import type { SignerContext } from '../../src/signer/context/signer-context.ts'
import { failureOf } from '../../src/signer/refusals.ts'
import { StorageUnavailable } from '../../src/storage/storage-unavailable.ts'

function learn(error: unknown) {
  const told: unknown[] = []
  const onError = (failure: unknown) => told.push(failure)
  const { code, message, cause } = failureOf({ onError } as unknown as SignerContext, error)
  return { code, message, cause, told }
}

const EXPIRED = `the signer's temporary credentials have expired: ${RENEW_CREDENTIALS}`

describe('failureOf', () => {
  it.each([
    [500, 'InternalError', 'STORAGE_UNAVAILABLE'],
    [502, 'InternalError', 'STORAGE_UNAVAILABLE'],
    [429, 'TooManyRequests', 'STORAGE_UNAVAILABLE'],
    [400, 'ExpiredToken', 'CREDENTIALS_EXPIRED', `: ${EXPIRED}`],
    [501, 'NotImplemented', 'STORAGE_REFUSED'],
    [499, 'Closed', 'STORAGE_REFUSED'],
    [
      404,
      'NoSuchBucket',
      'STORAGE_REFUSED',
      ": the bucket does not exist or is in another region, check the signer's bucket and region",
    ],
  ])('reports that the storage answered %i %s', (status, said, code, advice = '') => {
    const error = new S3Error(said, 'arn:aws:iam::1:user/ada may not', {}, status)
    const message = `the storage responded with ${status} ${said}${advice}`
    expect(learn(error)).toEqual({ code, message, cause: error, told: [error] })
  })

  it.each([
    [
      new S3Error('AccessDenied', 'arn:aws:iam::1:user/ada may not', {
        Operation: 'ListParts',
        Permission: 's3:ListMultipartUploadParts',
      }),
      "ListParts failed with 403 AccessDenied: the signer's credentials need s3:ListMultipartUploadParts",
    ],
    [
      new S3Error('AuthorizationHeaderMalformed', undefined, { Region: 'eu-west-1' }),
      "the storage responded with 400 AuthorizationHeaderMalformed: the bucket is in another region, set the signer's region to 'eu-west-1'",
    ],
    [
      new StorageUnavailable('STORAGE_UNAVAILABLE', 'GetObject failed with 400 ExpiredToken', {
        cause: new S3Error('ExpiredToken'),
      }),
      "GetObject failed with 400 ExpiredToken: the signer's temporary credentials have expired",
    ],
  ])('says what to change: %#', (error, message) => {
    const learned = learn(error)
    expect(learned.message).toContain(message)
    expect(learned.message).not.toContain('ada')
  })

  it('reports only to the caller that the storage lacks the upload', () => {
    const error = new S3Error('NoSuchUpload')
    expect(learn(error)).toMatchObject({ code: 'UPLOAD_NOT_FOUND', cause: error, told: [] })
  })

  it.each([
    ['FORBIDDEN', false],
    ['INTERNAL_ERROR', true],
    ['SIGNER_UNAVAILABLE', true],
    ['CLOCK_SKEWED', true],
    ['CREDENTIALS_EXPIRED', true],
  ] as const)('passes %s on; the operator is notified: %s', (code, isTold) => {
    const error = new UploadError(code, 'said by the application')
    const { message } = error
    expect(learn(error)).toEqual({ code, message, cause: undefined, told: isTold ? [error] : [] })
  })

  const cause = new Error('db password is hunter2')

  it.each([
    [
      'a function of the application',
      new ApplicationFailed('key failed', { cause }),
      'SIGNER_UNAVAILABLE',
      "a function of the signer's application failed, its log says why",
    ],
    [
      'the secret',
      new SecretUnavailable(cause),
      'SIGNER_UNAVAILABLE',
      'the signer has no secret to seal with, its log says why',
    ],
    ['the signer', cause, 'INTERNAL_ERROR', 'the signer failed, its log says why'],
    [
      'a call with a code that has no status',
      new UploadError('ABORTED', 'by a client that the application uses'),
      'INTERNAL_ERROR',
      'the signer failed, its log says why',
    ],
  ])('refers the caller to the log for a failure of %s', (_, error, code, message) => {
    const told = [error instanceof ApplicationFailed ? cause : error]
    expect(learn(error)).toEqual({ code, message, cause: error, told })
  })
})

describe('askApplicationWith', () => {
  it("names the callback's failure, and keeps the exception as its cause", async () => {
    const ask = askApplicationWith({ later: () => () => {} })
    const cause = new Error('disk is full')
    const failing = ask('key', () => Promise.reject(cause))
    await expect(failing).rejects.toMatchObject({
      ...{ name: 'ApplicationFailed', message: 'key failed: disk is full', cause },
    })
  })

  it('does not wait for a synchronous result', async () => {
    const waits: number[] = []
    const ask = askApplicationWith({
      later: (delayMs) => {
        waits.push(delayMs)
        return () => {}
      },
    })
    expect(await ask('key', () => 'films/1')).toBe('films/1')
    expect(waits).toEqual([])
    expect(await ask('key', async () => 'films/2', 7)).toBe('films/2')
    expect(waits).toEqual([7])
  })
})
