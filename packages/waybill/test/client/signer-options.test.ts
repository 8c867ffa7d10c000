import { startEchoServer } from '@waybill/test-support/echo-server'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { createUploader, type UploaderOptions } from 'waybill/client'

function uploader(fetch: typeof globalThis.fetch, options: Partial<UploaderOptions> = {}) {
  return createUploader({
    endpoint: 'https://signer.example/',
    fetch,
    effects: { random: () => 0 },
    ...options,
  })
}

function answering(status: number, body: string): typeof globalThis.fetch {
  return async () => new Response(body, { status })
}

function detailsOf(failure: unknown): unknown {
  return failure instanceof UploadError ? failure.details : 'no UploadError'
}

const FILE = new File(['a'], 'a.txt', { type: 'text/plain' })

describe('an endpoint that is a path', () => {
  it('is named where there is no page whose origin it could be of', async () => {
    const { upload } = createUploader({ endpoint: '/api/uploads' })
    expect(await failureOf(upload(FILE))).toMatchObject({
      code: 'RESPONSE_INVALID',
      message: 'endpoint is /api/uploads, expected a URL, or in a page a path',
    })
  })
})

describe('an answer of the signer', () => {
  it.each([
    ['has too few uploads', 201, '{"uploads":[]}', 'RESPONSE_INVALID'],
    [
      'has a strategy that does not exist',
      201,
      '{"uploads":[{"waybill":"w","key":"k","expiration":"e","strategy":"fax"}]}',
      'RESPONSE_INVALID',
    ],
    ['is a page of a proxy', 404, 'not found', 'RESPONSE_INVALID'],
    ['has an unknown code', 400, '{"error":{"code":"NEW","message":"m"}}', 'RESPONSE_INVALID'],
    ['refuses', 401, '{"error":{"code":"UNAUTHENTICATED","message":"m"}}', 'UNAUTHENTICATED'],
    [
      'refuses the file',
      201,
      '{"uploads":[{"error":{"code":"FILE_TOO_LARGE","message":"m"}}]}',
      'FILE_TOO_LARGE',
    ],
  ])('that %s fails the upload with its code', async (_, status, body, code) => {
    expect(await failureOf(uploader(answering(status, body)).upload(FILE))).toMatchObject({ code })
  })

  it.each([
    ['{"uploads":[]}', "the signer's answer is missing uploads, expected 1 of them"],
    [
      '{"uploads":[{"waybill":"w","key":"k","expiration":"e","strategy":"fax"}]}',
      "the signer's answer is missing uploads, expected a grant of a known strategy",
    ],
  ])('that is of another protocol says what it lacks: %s', async (body, message) => {
    const upload = uploader(answering(201, body)).upload(FILE)
    expect(await failureOf(upload)).toMatchObject({ code: 'RESPONSE_INVALID', message })
  })

  it('that is of something else says what to check', async () => {
    const failure = await failureOf(uploader(answering(404, 'not found')).upload(FILE))
    expect(String(failure)).toMatch(
      /answered 404, but not as a signer does: compare endpoint with the path where the signer is mounted$/,
    )
  })

  it.each<[string, unknown, unknown]>([
    ['sizes', { actual: 7, allowed: 5 }, { actual: 7, allowed: 5 }],
    [
      'types',
      { actual: 'text/plain', allowed: ['image/*'] },
      { actual: 'text/plain', allowed: ['image/*'] },
    ],
    [
      'when to ask again',
      { allowed: 0, retryAfterSeconds: 60 },
      { allowed: 0, retryAfterSeconds: 60 },
    ],
    ['a time that is no number', { allowed: 0, retryAfterSeconds: '60' }, { allowed: 0 }],
    ['only one of them', { allowed: 5, more: 'x' }, { allowed: 5 }],
    ['a text that is too long', { actual: 'x'.repeat(257), allowed: 5 }, { allowed: 5 }],
    ['a list that is too long', { actual: 7, allowed: Array(257).fill('a/b') }, { actual: 7 }],
    ['a list of other things', { actual: 7, allowed: ['a/b', {}] }, { actual: 7 }],
    ['objects', { actual: {}, allowed: { length: 1 } }, undefined],
    ['null', null, undefined],
    ['text', 'FILE', undefined],
    ['a list', [1, 2], undefined],
  ])('that refuses keeps of its details what the protocol knows: %s', async (_, details, read) => {
    const error = { code: 'FILE_TOO_LARGE', message: 'm', details }
    const body = JSON.stringify({ uploads: [{ error }] })
    const failure = await failureOf(uploader(answering(201, body)).upload(FILE))
    expect(failure).toMatchObject({ code: 'FILE_TOO_LARGE', message: 'm' })
    expect(detailsOf(failure)).toEqual(read)
  })

  it('is told apart from a failure of the client itself', async () => {
    const ofSigner = answering(
      500,
      '{"error":{"code":"INTERNAL_ERROR","message":"the signer failed"}}',
    )
    expect(await failureOf(uploader(ofSigner).upload(FILE))).toMatchObject({
      code: 'INTERNAL_ERROR',
      message: 'the signer failed',
    })
    const cause = new TypeError('of the page')
    const options = {
      effects: {
        random: (): number => {
          throw cause
        },
      },
    }
    const own = await failureOf(uploader(answering(502, ''), options).upload(FILE))
    expect(own).toMatchObject({
      code: 'INTERNAL_ERROR',
      cause,
      message: expect.stringMatching(/^the client failed, not the signer/),
    })
  })

  it.each([500, 502, 429, 408, 425])(
    'with status %i and no word of the protocol is asked for again',
    async (status) => {
      let calls = 0
      const flaky: typeof fetch = async () => {
        calls += 1
        if (calls < 3) return new Response('bad gateway', { status })
        return new Response('{"error":{"code":"FORBIDDEN","message":"m"}}', { status: 403 })
      }
      const upload = uploader(flaky).upload(FILE)
      expect(await failureOf(upload)).toMatchObject({ code: 'FORBIDDEN' })
      expect(calls).toBe(3)
    },
  )

  it('that never comes is waited for 20 seconds', async () => {
    const limits: number[] = []
    // Time passes with each wait, or it would be tried again for minutes.
    let time = 0
    const silent: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    const upload = uploader(silent, {
      effects: {
        monotonicMs: () => time,
        wait: async (ms) => {
          limits.push(ms)
          time += ms
        },
      },
    }).upload(FILE)
    expect(await failureOf(upload)).toMatchObject({ code: 'SIGNER_UNAVAILABLE' })
    expect(limits).toContain(20_000)
    expect(limits).not.toContain(180_000)
  })
})

describe('headers', () => {
  it('are asked for before each call to the signer, and do not reach S3', async () => {
    const system = await startSystem()
    let asked = 0
    const headers = async () => {
      asked += 1
      return { 'x-owner': 'me', authorization: `Bearer ${asked}` }
    }
    await system.uploader('me', { headers }).upload(FILE).done
    const tokens = system.signerProxy.exchanges.map(({ request }) => request.headers.authorization)
    expect(tokens).toEqual(['Bearer 1', 'Bearer 2'])
    const post = system.storageProxy.exchanges.find(
      ({ request }) => request.operation === 'PostObject',
    )
    expect(post?.request.headers).not.toHaveProperty('authorization')
    expect(post?.request.headers).not.toHaveProperty('x-owner')
  })
})

describe('endpoint', () => {
  it.each(['/api/uploads', '/api/uploads/', '/api/uploads//', '/'])(
    'may end in %j',
    async (path) => {
      const server = await startEchoServer((_, outgoing) => outgoing.end('{"uploads":[]}'))
      const upload = createUploader({ endpoint: server.endpoint + path }).upload(FILE)
      expect(await failureOf(upload)).toMatchObject({ code: 'RESPONSE_INVALID' })
      await server.close()
      expect(server.reached.map(({ url }) => url)).toEqual([path.replace(/\/+$/, '') || '/'])
    },
  )
})

describe('createUploader', () => {
  it.each([
    [{ endpoint: '' }, TypeError, /endpoint/],
    [{ endpoint: '/a', connections: 0 }, RangeError, /connections is 0/],
    [{ endpoint: '/a', connections: 1.5 }, RangeError, /connections is 1.5/],
  ])('refuses %j at once', (options, kind, message) => {
    expect(() => createUploader(options)).toThrow(kind)
    expect(() => createUploader(options)).toThrow(message)
  })
})
