import { createHash } from 'node:crypto'
import { askStorage, signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { codeOf, createPost, post } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { FILE, RULE, SHA256, sendForm, TEXT } from './picture.ts'

describe('complete with strategy post', () => {
  it('returns what S3 stores, and how it was compared', async () => {
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
  ])('signs a form for which S3 accepts no %s', async (_, content, status, code) => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE })
    const grant = await createPost(signer, FILE)
    const response = await sendForm(grant, content)
    expect([response.status, await response.text()]).toEqual([
      status,
      expect.stringContaining(`<Code>${code}</Code>`),
    ])
    const completed = await post(signer, '/complete', { waybill: grant.waybill })
    expect([completed.status, JSON.parse(completed.body).error]).toMatchObject([
      404,
      {
        code: 'OBJECT_NOT_FOUND',
        message: "storage has no object under this waybill's key",
      },
    ])
  })

  it('can be called twice, even concurrently', async () => {
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

  it('runs onComplete once, whatever checksums accompany the waybill', async () => {
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

  it('runs onComplete again after a failure', async () => {
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

  it('answers 503 when time runs out, and the next call waits for the same onComplete', async () => {
    const database = Promise.withResolvers<string>()
    let runs = 0
    const rules = {
      image: {
        ...RULE,
        onComplete: () => {
          runs += 1
          return database.promise
        },
      },
    }
    // Time is out as soon as it is asked for what is left of it.
    const later = (delayMs: number, callBack: () => void) => {
      const timer = delayMs === 59_000 ? setImmediate(callBack) : undefined
      return () => clearImmediate(timer)
    }
    const heard: string[] = []
    const onError = (error: unknown) => void heard.push(String(error))
    const signer = signerOf(await startStorage(), rules, { effects: { later }, onError })
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const call = {
      ...{ method: 'POST', path: '/complete', query: {} },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ waybill: grant.waybill }),
    }
    const first = await signer.handle(call, { remainingTimeMs: () => 59_000 })
    expect([first.status, codeOf(first)]).toEqual([503, 'SIGNER_UNAVAILABLE'])
    expect(heard).toEqual([expect.stringContaining('onComplete did not return within 59000 ms')])
    const second = signer.handle(call)
    database.resolve('saved')
    expect(JSON.parse((await second).body)).toMatchObject({ result: 'saved' })
    expect(runs).toBe(1)
  })

  it("returns onComplete's rejection", async () => {
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
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'FORBIDDEN', message: 'album is full' },
    })
  })

  it('rejects an object that was stored under the key without the signer', async () => {
    const s3 = await startStorage()
    const signer = signerOf(s3, { image: RULE })
    const grant = await createPost(signer, FILE)
    await askStorage(s3, 'PUT', grant.key, {}, TEXT)
    const response = await post(signer, '/complete', { waybill: grant.waybill })
    expect([response.status, codeOf(response)]).toEqual([409, 'OBJECT_MISMATCH'])
  })

  it('compares a CRC64NVME if S3 has no SHA-256', async () => {
    const options = { additionalChecksums: false }
    const signer = signerOf(await startStorage(), { image: RULE }, options)
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const body = { waybill: grant.waybill, crc64nvme: 'AAAAAAAAAAA=' }
    expect(codeOf(await post(signer, '/complete', body))).toBe('CHECKSUM_MISMATCH')
  })

  it('names an onComplete that never returns', async () => {
    const told: unknown[] = []
    const rule = { ...RULE, onComplete: () => new Promise(() => {}) }
    const signer = signerOf(
      await startStorage(),
      { image: rule },
      {
        onError: (error) => void told.push(error),
        effects: {
          later: (delayMs, callBack) => {
            if (delayMs === 120_000) setImmediate(callBack)
            return () => {}
          },
        },
      },
    )
    const grant = await createPost(signer, FILE)
    await sendForm(grant)
    const response = await post(signer, '/complete', { waybill: grant.waybill })
    expect(codeOf(response)).toBe('SIGNER_UNAVAILABLE')
    expect(told).toMatchObject([
      { message: 'rules.image.onComplete did not return within 120000 ms' },
    ])
  })

  it.each(['AAAAAAAAAAA', 'AAAAAAAAAAE', 7, 'AAAAAAAAAAAAAAAA'])(
    'rejects the CRC64NVME %j',
    async (crc64nvme) => {
      const signer = signerOf(await startStorage(), { image: RULE })
      const { waybill } = await createPost(signer, FILE)
      expect(codeOf(await post(signer, '/complete', { waybill, crc64nvme }))).toBe(
        'REQUEST_INVALID',
      )
    },
  )
})

describe('complete with several uploads', () => {
  it('answers in order, with each failure as an error', async () => {
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

  it.each([[[]], ['x'], [Array(101).fill({ waybill: 'x' })]])('rejects %j', async (uploads) => {
    const signer = signerOf(await startStorage(), { image: RULE })
    expect(codeOf(await post(signer, '/complete', { uploads }))).toBe('REQUEST_INVALID')
  })

  it("accepts a hundred uploads' waybills of any length", async () => {
    const signer = signerOf(await startStorage(), { image: RULE })
    const uploads = Array(100).fill({ waybill: 'x'.repeat(1536) })
    const { uploads: answers } = JSON.parse((await post(signer, '/complete', { uploads })).body)
    expect(answers).toHaveLength(100)
    const longer = JSON.stringify({ uploads, note: 'x'.repeat(262_144) })
    expect(codeOf(await post(signer, '/complete', longer))).toBe('REQUEST_TOO_LARGE')
  })
})
