/**
 * `POST B/complete` for uploads in one request, over a real S3.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type PostGrant, type PutGrant, UploadError } from 'waybill'
import { codeOf, createOne, createPost, post } from '../../support/signing.ts'
import { askStorage, refusal, signerOf, spoiledFetch, startStorage } from './storage.ts'

const RULE = { types: ['image/png'], maxSize: '1 MiB', public: true } as const
const TEXT = 'not really a picture'
const SHA256 = createHash('sha256').update(TEXT).digest('base64')
const UNHASHED = { name: 'a.png', size: TEXT.length, type: 'image/png' }
const FILE = { ...UNHASHED, sha256: SHA256 }

async function sendForm({ presignedPost }: PostGrant, content = TEXT): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(presignedPost.fields)) form.append(name, value)
  form.append('file', new Blob([content]))
  return fetch(presignedPost.url, { method: 'POST', body: form })
}

describe('complete with strategy post', () => {
  it('answers what S3 holds, and how it was compared', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: { ...RULE, onComplete: ({ key }) => key.length } })
    const grant = await createPost(signer, FILE)
    expect((await sendForm(grant)).status).toBe(204)
    const { status, body } = await post(signer, '/complete', { waybill: grant.waybill })
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({
      key: grant.key,
      size: TEXT.length,
      etag: `"${createHash('md5').update(TEXT).digest('hex')}"`,
      verifiedBy: 'SHA256',
      checksum: { algorithm: 'SHA256', value: SHA256 },
      receipt: expect.stringMatching(/^[\w-]+\.\.[\w.-]+$/),
      result: grant.key.length,
    })
  })

  it.each([
    ['other bytes of the same length', TEXT.toUpperCase(), 400, 'BadDigest'],
    ['a byte more', `${TEXT}!`, 400, 'EntityTooLarge'],
    ['a byte less', TEXT.slice(1), 400, 'EntityTooSmall'],
  ])('signed a form into which S3 lets no %s', async (_, content, status, code) => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE })
    const grant = await createPost(signer, FILE)
    const response = await sendForm(grant, content)
    expect([response.status, await response.text()]).toEqual([
      status,
      expect.stringContaining(`<Code>${code}</Code>`),
    ])
    const completed = await post(signer, '/complete', { waybill: grant.waybill })
    expect([completed.status, codeOf(completed)]).toEqual([404, 'OBJECT_NOT_FOUND'])
  })

  it('is the same twice, also when both are asked at once', async () => {
    const told: string[] = []
    const signer = signerOf(await startStorage(), {
      image: { ...RULE, onComplete: ({ key }) => void told.push(key) },
    })
    const { waybill, ...grant } = await createPost(signer, FILE)
    await sendForm({ waybill, ...grant })
    const answers = await Promise.all([1, 2, 3].map(() => post(signer, '/complete', { waybill })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(told).toEqual([grant.key])
  })

  it('runs onComplete once, whatever checksums come with the waybill', async () => {
    const told: string[] = []
    const signer = signerOf(await startStorage(), {
      image: { ...RULE, onComplete: ({ key }) => told.push(key) },
    })
    const { waybill, ...grant } = await createPost(signer, FILE)
    await sendForm({ waybill, ...grant })
    const checksums = [undefined, 'AAAAAAAAAAA=', 'AAAAAAAAAAE=', 'AAAAAAAAAAI=']
    for (const crc64nvme of checksums) {
      const answer = await post(signer, '/complete', { waybill, ...(crc64nvme && { crc64nvme }) })
      expect(JSON.parse(answer.body)).toMatchObject({ verifiedBy: 'SHA256', result: 1 })
    }
    expect(told).toEqual([grant.key])
  })

  it('runs onComplete again after it failed', async () => {
    let runs = 0
    const signer = signerOf(await startStorage(), {
      image: {
        ...RULE,
        onComplete: () => {
          runs += 1
          if (runs === 1) throw new Error('database is away')
          return 'done'
        },
      },
    })
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const first = await post(signer, '/complete', { waybill: grant.waybill })
    expect([first.status, codeOf(first)]).toEqual([503, 'SIGNER_UNAVAILABLE'])
    const second = await post(signer, '/complete', { waybill: grant.waybill })
    expect(JSON.parse(second.body)).toMatchObject({ result: 'done', verifiedBy: 'SHA256' })
  })

  it('answers 503 when time is out, and the next call waits for the same onComplete', async () => {
    const database = Promise.withResolvers<string>()
    let runs = 0
    const signer = signerOf(await startStorage(), {
      image: {
        ...RULE,
        onComplete: () => {
          runs += 1
          return database.promise
        },
      },
    })
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const call = {
      ...{ method: 'POST', path: '/complete', query: {} },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ waybill: grant.waybill }),
    }
    const end = Date.now() + 300
    const first = await signer.handle(call, { remainingTimeMs: () => end - Date.now() })
    expect([first.status, codeOf(first)]).toEqual([503, 'SIGNER_UNAVAILABLE'])
    const second = signer.handle(call)
    database.resolve('saved')
    expect(JSON.parse((await second).body)).toMatchObject({ result: 'saved' })
    expect(runs).toBe(1)
  })

  it('answers what onComplete refuses with', async () => {
    const signer = signerOf(await startStorage(), {
      image: {
        ...RULE,
        onComplete: () => {
          throw new UploadError('FORBIDDEN', 'album is full')
        },
      },
    })
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const { body } = await post(signer, '/complete', { waybill: grant.waybill })
    expect(JSON.parse(body)).toEqual({ error: { code: 'FORBIDDEN', message: 'album is full' } })
  })

  it('refuses an object that was put under the key around the signer', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE })
    const grant = await createPost(signer, FILE)
    await askStorage(s3, 'PUT', grant.key, {}, TEXT)
    const response = await post(signer, '/complete', { waybill: grant.waybill })
    expect([response.status, codeOf(response)]).toEqual([409, 'OBJECT_MISMATCH'])
  })

  it('compares a CRC64NVME where S3 keeps no SHA-256', async () => {
    const options = { additionalChecksums: false }
    const signer = signerOf(await startStorage(), { image: RULE }, options)
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const body = { waybill: grant.waybill, crc64nvme: 'AAAAAAAAAAA=' }
    expect(codeOf(await post(signer, '/complete', body))).toBe('CHECKSUM_MISMATCH')
  })

  it.each(['AAAAAAAAAAA', 'AAAAAAAAAAE', 7, 'AAAAAAAAAAAAAAAA'])(
    'refuses the CRC64NVME %j',
    async (crc64nvme) => {
      const signer = signerOf(await startStorage(), { image: RULE })
      const { waybill } = await createPost(signer, FILE)
      expect(codeOf(await post(signer, '/complete', { waybill, crc64nvme }))).toBe(
        'REQUEST_INVALID',
      )
    },
  )
})

describe('complete of many', () => {
  it('answers in order, a failure among them as its error', async () => {
    const signer = signerOf(await startStorage(), { image: RULE })
    const grants = await Promise.all([1, 2, 3].map(() => createPost(signer, FILE)))
    const [first, , third] = grants
    if (!first || !third) throw new Error('expected three grants')
    await Promise.all([sendForm(first), sendForm(third)])
    const uploads = [...grants.map(({ waybill }) => ({ waybill })), { waybill: 'x' }, 7]
    const { status, body } = await post(signer, '/complete', { uploads })
    expect(status).toBe(200)
    expect(JSON.parse(body).uploads).toMatchObject([
      { key: first.key },
      { error: { code: 'OBJECT_NOT_FOUND' } },
      { key: third.key },
      { error: { code: 'WAYBILL_INVALID' } },
      { error: { code: 'REQUEST_INVALID' } },
    ])
  })

  it.each([[[]], ['x'], [Array(101).fill({ waybill: 'x' })]])('refuses %j', async (uploads) => {
    const signer = signerOf(await startStorage(), { image: RULE })
    expect(codeOf(await post(signer, '/complete', { uploads }))).toBe('REQUEST_INVALID')
  })

  it('takes the waybills of a hundred uploads, however long each', async () => {
    const signer = signerOf(await startStorage(), { image: RULE })
    const uploads = Array(100).fill({ waybill: 'x'.repeat(1536) })
    const { uploads: answers } = JSON.parse((await post(signer, '/complete', { uploads })).body)
    expect(answers).toHaveLength(100)
    const longer = JSON.stringify({ uploads, note: 'x'.repeat(262_144) })
    expect(codeOf(await post(signer, '/complete', longer))).toBe('REQUEST_TOO_LARGE')
  })
})

describe('strategy put', () => {
  const options = { singleRequest: 'put' } as const

  async function createPut(signer: ReturnType<typeof signerOf>, file: object): Promise<PutGrant> {
    const upload = await createOne(signer, file)
    if (!('strategy' in upload) || upload.strategy !== 'put') throw new Error('expected a put')
    return upload
  }

  const send = ({ url, headers }: PutGrant, body = TEXT, more: Record<string, string> = {}) =>
    fetch(url, { method: 'PUT', headers: { ...headers, ...more }, body: new Blob([body]) })

  it('is stored once, completed and compared', async () => {
    const signer = signerOf(await startStorage(), { image: RULE }, options)
    const grant = await createPut(signer, FILE)
    expect((await send(grant)).status).toBe(200)
    const completed = await post(signer, '/complete', { waybill: grant.waybill })
    expect(JSON.parse(completed.body)).toMatchObject({ key: grant.key, verifiedBy: 'SHA256' })
    expect((await send(grant)).status).toBe(412)
  })

  it.each([
    ['a byte more', `${TEXT}!`, {}],
    ['a byte less', TEXT.slice(1), {}],
    ['other bytes', TEXT.toUpperCase(), {}],
    ['another type', TEXT, { 'content-type': 'text/html' }],
    ['another waybill', TEXT, { 'x-amz-meta-waybill': 'x' }],
    ['no condition', TEXT, { 'if-none-match': '"x"' }],
    ['an ACL', TEXT, { 'x-amz-acl': 'public-read' }],
  ])('signed a URL that does not take %s', async (_, body, more) => {
    const s3 = await startStorage()
    const grant = await createPut(signerOf(s3, { image: RULE }, options), FILE)
    expect((await send(grant, body, more)).status).toBeGreaterThanOrEqual(400)
    expect((await askStorage(s3, 'HEAD', grant.key)).status).toBe(404)
  })

  it.each([{ 'content-encoding': 'gzip' }, { 'content-disposition': 'inline; filename=a.html' }])(
    'is not complete with a header that nobody signed: %o',
    async (more) => {
      const signer = signerOf(await startStorage(), { image: RULE }, options)
      const grant = await createPut(signer, UNHASHED)
      // S3 takes these with any presigned PUT.
      expect((await send(grant, TEXT, more)).status).toBe(200)
      const completed = await post(signer, '/complete', { waybill: grant.waybill })
      expect([completed.status, codeOf(completed)]).toEqual([409, 'OBJECT_MISMATCH'])
    },
  )

  it('wants the content pinned where the store can overwrite whatever it is told', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE }, { ...options, conditionalWrites: false })
    const unhashed = await createOne(signer, UNHASHED)
    expect(unhashed).toMatchObject({ error: { code: 'CHECKSUM_REQUIRED' } })
    const grant = await createPut(signer, FILE)
    expect(grant.headers).not.toHaveProperty('if-none-match')
    // A replay stores the same bytes or nothing.
    expect((await send(grant)).status).toBe(200)
    expect((await send(grant)).status).toBe(200)
    expect((await send(grant, TEXT.toUpperCase())).status).toBe(400)
  })

  it('leaves the length to whoever sends', async () => {
    const grant = await createPut(
      signerOf(await startStorage(), { image: RULE }, options),
      UNHASHED,
    )
    expect(Object.keys(grant.headers).sort()).toEqual([
      'content-type',
      'if-none-match',
      'x-amz-meta-waybill',
    ])
    expect(new URL(grant.url).searchParams.get('X-Amz-SignedHeaders')).toContain('content-length')
  })
})

describe('a storage that fails', () => {
  it('is asked four times, with pauses that grow and differ', async () => {
    const waits: number[] = []
    const { fetch, operations } = spoiledFetch(() => refusal(503, 'SlowDown'))
    const signer = signerOf(
      await startStorage(),
      { image: RULE },
      {
        fetch,
        effects: {
          wait: async (ms) => void waits.push(ms),
          randomBytes: (n) => new Uint8Array(n).fill(128),
        },
      },
    )
    const { waybill } = await createPost(signer, FILE)
    const response = await post(signer, '/complete', { waybill })
    expect([response.status, codeOf(response)]).toEqual([503, 'STORAGE_UNAVAILABLE'])
    expect(operations()).toHaveLength(4)
    expect(waits).toEqual([50, 100, 200])
  })

  it.each([
    [403, 'AccessDenied'],
    [501, 'NotImplemented'],
  ])('is not asked again when it answers %i, and the operator hears why', async (status, code) => {
    const errors: unknown[] = []
    const { fetch, operations } = spoiledFetch(() => new Response(null, { status }))
    const onError = (error: unknown) => errors.push(error)
    const signer = signerOf(await startStorage(), { image: RULE }, { fetch, onError })
    const { waybill } = await createPost(signer, FILE)
    const response = await post(signer, '/complete', { waybill })
    expect([response.status, codeOf(response)]).toEqual([403, 'STORAGE_REFUSED'])
    expect(operations()).toHaveLength(1)
    expect(errors).toMatchObject([{ name: 'S3Error', code }])
  })

  it('is asked again with fresh credentials when a HEAD answers 400, which has no room for a code', async () => {
    const s3 = await startStorage()
    const { fetch, operations } = spoiledFetch((_, attempt) =>
      attempt === 1 ? new Response(null, { status: 400 }) : undefined,
    )
    let asked = 0
    const credentials = () => {
      asked += 1
      return s3.credentials
    }
    const signer = signerOf(s3, { image: RULE }, { fetch, credentials })
    const grant = await createPost(signer, FILE)
    asked = 0
    const response = await post(signer, '/complete', { waybill: grant.waybill })
    expect(codeOf(response)).toBe('OBJECT_NOT_FOUND')
    expect(operations()).toEqual(['HEAD object', 'HEAD object'])
    expect(asked).toBe(2)
  })

  it('is given up after the time limit of a call', async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    const limits = { fetch: never, requestTimeoutMs: 1, maxAttempts: 2 }
    const signer = signerOf(await startStorage(), { image: RULE }, limits)
    const { waybill } = await createPost(signer, FILE)
    expect(codeOf(await post(signer, '/complete', { waybill }))).toBe('STORAGE_UNAVAILABLE')
  })

  it('is not followed to another host', async () => {
    const { fetch, calls } = spoiledFetch(
      () => new Response(null, { status: 307, headers: { location: 'https://evil.example/' } }),
    )
    const signer = signerOf(await startStorage(), { image: RULE }, { fetch })
    const { waybill } = await createPost(signer, FILE)
    expect(codeOf(await post(signer, '/complete', { waybill }))).toBe('STORAGE_REFUSED')
    expect(calls).toHaveLength(1)
  })
})
