import { describe, expect, it } from 'vitest'
import type { Send, StorageRequest } from '../../../src/client/send/storage-request.ts'
import { restrictToOrigins } from '../../../src/client/send/transport.ts'

const ANSWER = { status: 200, headers: {}, text: '' }

/** Where a request goes that may go to these origins only. */
async function sendTo(url: string, origins: readonly string[] | undefined) {
  const sent: StorageRequest[] = []
  const send: Send = async (request) => {
    sent.push(request)
    return ANSWER
  }
  const request: StorageRequest = {
    ...{ method: 'PUT', url, headers: {}, body: new Blob(), size: 0 },
    ...{ signal: new AbortController().signal, onSent: () => {} },
  }
  const answer = await restrictToOrigins(origins, send)(request).catch((error: unknown) => error)
  return { answer, isSent: sent[0] === request }
}

describe('restrictToOrigins', () => {
  const origins = ['https://S3.example', 'http://127.0.0.1:9000/', 'https://s3.other/bucket/']

  it.each([
    'https://s3.example/k?X-Amz-Signature=0123',
    'https://s3.example:443/k',
    'http://127.0.0.1:9000/uploads/k',
    'https://s3.other/bucket/k',
  ])('allows %s', async (url) => {
    expect(await sendTo(url, origins)).toEqual({ answer: ANSWER, isSent: true })
  })

  it.each([
    ['https://s3.example.evil/k', 'https://s3.example.evil'],
    ['https://s3.example@s3.evil/k', 'https://s3.evil'],
    ['https://s3.example:444/k', 'https://s3.example:444'],
    ['http://s3.example/k', 'http://s3.example'],
    ['blob:https://s3.example/1', 'blob://'],
    ['http://127.0.0.1:90001/k', 'no URL'],
    ['https://s3.other/bucket-of-mallory/k', 'https://s3.other'],
    ['https://s3.other/bucket/../others/k', 'https://s3.other'],
    ['https://s3.other/bucket/%2e%2e/others/k', 'https://s3.other'],
    ['https://s3.other/bucket', 'https://s3.other'],
    ['/k?X-Amz-Signature=0123', 'no URL'],
  ])('sends nothing to %s, and mentions only %s', async (url, told) => {
    const { answer, isSent } = await sendTo(url, origins)
    expect(answer).toMatchObject({
      code: 'STORAGE_NOT_ALLOWED',
      message: `the upload leads to ${told}, allowed is ${origins.join(', ')}`,
    })
    expect(isSent).toBe(false)
  })

  it('allows every URL if no origins are given', async () => {
    expect(await sendTo('/anywhere', undefined)).toEqual({ answer: ANSWER, isSent: true })
  })

  it.each([
    [[]],
    ['https://s3.example'],
    [null],
    [['https://s3.example', 's3.other']],
    [['ftp://s3.example']],
    [['x-https://s3.example/']],
    [['https:']],
    [['https://s3.example/bucket']],
    [['https://s3.example/bucket?/']],
    [['https://s3.example/#/']],
    [['https://*.s3.example']],
    [['https://me@s3.example']],
    [['https://s3.example:99999/']],
  ])('rejects %j at once', (given) => {
    const send: Send = async () => ANSWER
    expect(() => restrictToOrigins(given as string[], send)).toThrow(
      new TypeError(
        `storageOrigins is ${JSON.stringify(given)}, expected a list such as ["https://s3.example"]`,
      ),
    )
  })
})
