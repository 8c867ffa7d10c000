import { createHash } from 'node:crypto'
import { NOW, type Reply, refusal, startScriptedS3 } from '@waybill/test-support/scripted-s3'
import { describe, expect, it } from 'vitest'
import { callS3, type S3Call } from '../../src/storage/call-s3.ts'

const MARK = { 'x-amz-request-id': 'r' }
const ANY = { isResponse: () => true }
const GET = { method: 'GET', key: 'a', ...ANY } as const
const HEAD = { ...GET, method: 'HEAD' } as const
const OK: Reply = { body: '<R><A>text</A></R>' }

function named(code: string): Error {
  return Object.assign(new Error(`${code} http://user:pw@s3.test/key?sig`), { code })
}

function ownCause(code: string): Error {
  const error = named(code)
  error.cause = error
  return error
}

describe('callS3', () => {
  it('sends method, key, query, headers and body, signed', async () => {
    const { context, received, waited } = await startScriptedS3([OK])
    const { document, bytes } = await callS3(context, {
      method: 'PUT',
      key: 'a b/ü',
      query: { tagging: '' },
      headers: { 'x-amz-meta-a': 'b' },
      body: '<T/>',
      ...ANY,
    })
    expect(received).toEqual([
      expect.objectContaining({
        method: 'PUT',
        key: 'a b/ü',
        query: { tagging: '' },
        body: '<T/>',
      }),
    ])
    expect(received[0]?.headers).toMatchObject({
      'x-amz-meta-a': 'b',
      'x-amz-date': '20261124T100000Z',
      'x-amz-content-sha256': createHash('sha256').update('<T/>').digest('hex'),
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261124\/eu-west-1\/s3\/aws4_request/,
      ),
    })
    expect(document).toMatchObject({ name: 'R' })
    expect(bytes).toBeUndefined()
    expect(waited).toEqual([])
  })

  it('addresses the bucket itself without a key', async () => {
    const { context, received } = await startScriptedS3([OK])
    await callS3(context, { method: 'GET', ...ANY })
    expect(received[0]).toMatchObject({ key: '', query: {}, body: '' })
  })

  it('returns headers in any case, and undefined for missing ones', async () => {
    const { context } = await startScriptedS3([{ headers: { etag: '"e"' } }])
    const { header, document } = await callS3(context, GET)
    expect([header('ETag'), header('x-none'), document]).toEqual(['"e"', undefined, { name: '' }])
  })

  it.each([['what is no XML'], ['  '], ['{"a":1}']])('finds no document in %j', async (body) => {
    const { context } = await startScriptedS3([{ body }])
    expect(await callS3(context, GET)).toHaveProperty('document', { name: '' })
  })

  it("returns an object's bytes when asked to, even if they are an error document", async () => {
    const body = Buffer.from('<Error><Code>AccessDenied</Code></Error>')
    const { context } = await startScriptedS3([{ body, headers: { etag: '"e"' } }])
    const { bytes, header, document } = await callS3(context, { ...GET, bytes: true })
    expect(Buffer.from(bytes ?? [])).toEqual(body)
    expect([header('etag'), header('x-none'), document]).toEqual(['"e"', undefined, { name: '' }])
  })

  it('parses a refusal even if bytes were requested', async () => {
    const { context } = await startScriptedS3([refusal(412, 'PreconditionFailed')])
    await expect(callS3(context, { ...GET, bytes: true })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    })
  })

  it("throws S3's error, with its request id and nothing else from the document", async () => {
    const { context, received } = await startScriptedS3([refusal(403, 'AccessDenied'), OK])
    await expect(callS3(context, GET)).rejects.toMatchObject({
      name: 'S3Error',
      code: 'AccessDenied',
      status: 403,
      message: 'because',
      detail: { RequestId: 'request-1' },
    })
    expect(received).toHaveLength(1)
  })

  it.each<[string, Omit<S3Call, 'isResponse'>, string, string]>([
    [
      'HeadObject',
      { method: 'HEAD', key: 'a' },
      'HeadObject',
      's3:GetObject on ARN/tmp/*, and s3:ListBucket on ARN (without it, a missing object gets 403 too)',
    ],
    ['GetObject', GET, 'GetObject', 's3:GetObject on ARN/tmp/*'],
    [
      'GetObject of a version',
      { method: 'GET', key: 'a', query: { versionId: '1' } },
      'GetObject',
      's3:GetObjectVersion on ARN/tmp/*',
    ],
    [
      'ListMultipartUploads',
      { method: 'GET', query: { uploads: '' } },
      'ListMultipartUploads',
      's3:ListBucketMultipartUploads on ARN',
    ],
  ])(
    'names the operation, and the permission and resource it needs: %s',
    async (_, call, ...named) => {
      const { context } = await startScriptedS3([{ status: 403, headers: MARK }])
      const ARN = `arn:aws:s3:::${context.location.bucket}`
      const [Operation, needed] = named
      const Permission = needed.replaceAll('ARN', ARN)
      const answered = callS3({ ...context, prefix: 'tmp/' }, { ...call, isResponse: () => true })
      await expect(answered).rejects.toMatchObject({ detail: { Operation, Permission } })
    },
  )

  it.each<[string, Reply, string]>([
    ['400 to a HEAD', { status: 400 }, 'AuthorizationHeaderMalformed'],
    ['301', { status: 301 }, 'PermanentRedirect'],
  ])("names the bucket's region: %s", async (_, reply, code) => {
    const headers = { 'x-amz-bucket-region': 'mars-north-1' }
    const { context } = await startScriptedS3([{ ...(reply as object), headers }])
    await expect(callS3(context, HEAD)).rejects.toMatchObject({
      code,
      detail: { Region: 'mars-north-1' },
    })
  })

  it("does not mistake another server's page for S3's response", async () => {
    const { context } = await startScriptedS3([{ status: 404, body: 'Cannot GET /uploads/a' }])
    await expect(callS3(context, GET)).rejects.toMatchObject({ code: '', status: 404 })
  })

  it('keeps the request id of a response without a document', async () => {
    const headers = { 'x-amz-request-id': 'request-2' }
    const { context } = await startScriptedS3([{ status: 403, headers }])
    await expect(callS3(context, HEAD)).rejects.toMatchObject({
      code: 'AccessDenied',
      detail: { RequestId: 'request-2' },
    })
  })

  it('has no request id if there is none', async () => {
    const body = '<Error><Code>AccessDenied</Code><Secret>x</Secret></Error>'
    const { context } = await startScriptedS3([{ status: 403, body }])
    await expect(callS3(context, GET)).rejects.toMatchObject({ detail: {} })
  })

  it('does not repeat what a refused signature quotes', async () => {
    const { context } = await startScriptedS3([refusal(403, 'SignatureDoesNotMatch', 'the token')])
    await expect(callS3(context, GET)).rejects.toThrow(/^The request signature we calculated/)
  })

  it("throws an error that follows a 200, with its code's status", async () => {
    const { context } = await startScriptedS3([refusal(200, 'BadDigest')])
    await expect(callS3(context, GET)).rejects.toMatchObject({ code: 'BadDigest', status: 400 })
  })

  it.each([
    [301, 'PermanentRedirect'],
    [307, 'TemporaryRedirect'],
    [403, 'AccessDenied'],
    [404, 'NoSuchKey'],
    [412, 'PreconditionFailed'],
    [418, 'InternalError'],
    [501, 'NotImplemented'],
  ])('interprets %i without a document: %s', async (status, code) => {
    const { context, received } = await startScriptedS3([
      { status, headers: { ...MARK, location: 'http://127.0.0.1:1/' } },
      OK,
    ])
    await expect(callS3(context, HEAD)).rejects.toMatchObject({
      code,
      status,
    })
    expect(received).toHaveLength(1)
  })

  it.each<[string, Reply]>([
    ['a lost answer', 'lost'],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['400 to a HEAD, an expired token', { status: 400 }],
    ['ConditionalRequestConflict', refusal(409, 'ConditionalRequestConflict')],
    ['ExpiredToken', refusal(400, 'ExpiredToken')],
    ['OperationAborted', refusal(409, 'OperationAborted')],
    ['RequestTimeout', refusal(400, 'RequestTimeout')],
    ['RequestTimeTooSkewed', refusal(403, 'RequestTimeTooSkewed')],
    ['SlowDown', refusal(400, 'SlowDown')],
    ['a byte that has changed on its way', refusal(400, 'XAmzContentSHA256Mismatch')],
    ['InternalError after a 200', refusal(200, 'InternalError')],
  ])('retries after %s', async (_what, reply) => {
    const { context, received } = await startScriptedS3([reply, OK])
    const retries: number[] = []
    const onRetry = () => void retries.push(received.length)
    await callS3(context, { ...GET, onRetry })
    expect(received).toHaveLength(2)
    expect(retries).toEqual([1])
  })

  it.each([
    ['sends it again', 'a HEAD, which has no body that says so', HEAD, { status: 400 }, 2],
    ['does not send it again', 'a GET', GET, refusal(400, 'ExpiredToken'), 1],
  ])('%s after a fixed session has ended, reported by %s', async (_, _by, call, reply, tries) => {
    const { context, received } = await startScriptedS3([reply, OK])
    await callS3({ ...context, isSessionFixed: true }, call).catch(() => undefined)
    expect(received).toHaveLength(tries)
  })

  it('requests the credentials again for each attempt', async () => {
    let asked = 0
    const { context } = await startScriptedS3(['lost', OK], {
      credentials: async () => {
        asked += 1
        return { accessKeyId: 'A', secretAccessKey: 's' }
      },
    })
    await callS3(context, GET)
    expect(asked).toBe(2)
  })

  it('doubles its random pauses, up to 3 s', async () => {
    const { context, waited } = await startScriptedS3(
      Array.from({ length: 8 }, (): Reply => ({ status: 503 })),
      { maxAttempts: 8 },
    )
    await expect(callS3(context, GET)).rejects.toMatchObject({
      name: 'StorageUnavailable',
      code: 'STORAGE_UNAVAILABLE',
      message: 'GetObject failed with 503 SlowDown after 8 tries',
      cause: { code: 'SlowDown' },
    })
    expect(waited).toEqual([50, 100, 200, 401, 803, 1505, 1505])
  })

  it('uses the whole random range', async () => {
    const { context, waited } = await startScriptedS3(['lost', 'lost', OK], {
      effects: { randomBytes: () => new Uint8Array([0, 255]) },
    })
    await callS3(context, GET)
    expect(waited).toEqual([0, 0])
    const low = await startScriptedS3(['lost', OK], {
      effects: { randomBytes: () => new Uint8Array() },
    })
    await callS3(low.context, GET)
    expect(low.waited).toEqual([0])
  })

  it('makes four attempts by default', async () => {
    const { context, received } = await startScriptedS3(['lost', 'lost', 'lost', 'lost', OK])
    await expect(callS3(context, GET)).rejects.toMatchObject({
      message: expect.stringMatching(/^GetObject failed after 4 tries: http:\S+ did not respond$/),
      cause: { name: 'NoResponse', cause: expect.any(Error) },
    })
    expect(received).toHaveLength(4)
  })

  it.each<[string, unknown]>([
    ['ENOTFOUND', new TypeError('fetch failed', { cause: named('ENOTFOUND') })],
    [
      'ECONNREFUSED',
      new Error('outer', { cause: new Error('inner', { cause: named('ECONNREFUSED') }) }),
    ],
    ['TimeoutError', new DOMException('http://user:pw@s3.test/key?sig', 'TimeoutError')],
    ['TypeError', new TypeError('http://user:pw@s3.test/key?sig', { cause: 'a text' })],
    ['unknown', 'http://user:pw@s3.test/key?sig'],
    ['ELOOP', ownCause('ELOOP')],
  ])('names the address and only the innermost reason, %s', async (reason, thrown) => {
    const { context } = await startScriptedS3([], {
      fetch: () => Promise.reject(thrown),
      maxAttempts: 1,
    })
    const { endpoint = '' } = context.location
    const failure = await callS3(context, GET).catch((error: unknown) => error)
    const hint =
      reason === 'ECONNREFUSED'
        ? " (is it running? If it is, check the signer's endpoint option)"
        : ''
    expect(failure).toMatchObject({
      message: `GetObject failed after 1 try: ${endpoint} did not respond${hint}`,
      cause: { message: reason },
    })
  })

  it('reports that the clocks differ', async () => {
    const skewed = refusal(403, 'RequestTimeTooSkewed')
    const { context } = await startScriptedS3([skewed, skewed], { maxAttempts: 2 })
    await expect(callS3(context, GET)).rejects.toMatchObject({
      code: 'CLOCK_SKEWED',
      message: "storage and the signer disagree about the time: set the signer's clock",
      cause: { code: 'RequestTimeTooSkewed' },
    })
  })

  it('compares with the time of signing, even if the clock is set during a HEAD', async () => {
    let now = new Date(NOW.getTime() - 3_600_000)
    const skewed = { status: 403, headers: { date: NOW.toUTCString() } }
    const { context, received } = await startScriptedS3([skewed, OK], {
      effects: { now: () => now },
      fetch: (...call) => {
        now = NOW
        return fetch(...call)
      },
    })
    await callS3(context, HEAD)
    expect(received).toHaveLength(2)
  })

  it('sends nothing if no time is left', async () => {
    const { context, received } = await startScriptedS3([OK], { remainingTimeMs: () => 0 })
    await expect(callS3(context, GET)).rejects.toMatchObject({
      name: 'StorageUnavailable',
      code: 'STORAGE_UNAVAILABLE',
      message: 'no time is left for GET, try 1',
    })
    expect(received).toEqual([])
  })

  it('does not wait beyond the remaining time', async () => {
    const { context, received, waited } = await startScriptedS3([{ status: 503 }, OK], {
      remainingTimeMs: () => (received.length === 0 ? 10_000 : 50),
    })
    await expect(callS3(context, GET)).rejects.toThrow('after 1 try')
    expect([received.length, waited]).toEqual([1, []])
  })

  it.each([
    ['its own limit', { timeoutMs: 20 }, {}],
    ["the context's limit", {}, { requestTimeoutMs: 20 }],
    ['the time that is left', {}, { remainingTimeMs: () => 20.5 }],
    ['a moment, when less than a millisecond is left', {}, { remainingTimeMs: () => 0.5 }],
  ])('abandons an attempt after %s', async (_what, call, options) => {
    const { context } = await startScriptedS3([], {
      maxAttempts: 1,
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
        }),
      ...options,
    })
    await expect(callS3(context, { ...GET, ...call })).rejects.toMatchObject({
      cause: { cause: { name: 'TimeoutError' } },
    })
  })
})
