import {
  codeOf,
  createOne,
  createPost,
  FILE,
  judgeForm,
  NOW,
  post,
  SECRET,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { CreateResponse } from 'waybill'
import { createSeal } from '../../../src/seal/seal.ts'

const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='

describe('create with strategy post', () => {
  const signer = signerFor({ video: VIDEO_RULE })

  it("signs a form that satisfies its own policy, for exactly the file's size", async () => {
    const { presignedPost } = await createPost(signer)
    expect(judgeForm(presignedPost.fields)).toEqual({ min: FILE.size, max: FILE.size })
  })

  it.each([
    ['key', 'another/key.mp4'],
    ['bucket', 'another-bucket'],
    ['Content-Type', 'text/html'],
    ['Content-Type', undefined],
    ['x-amz-meta-waybill', 'another waybill'],
    ['x-amz-checksum-sha256', SHA256.replace('L', 'M')],
    ['x-amz-checksum-algorithm', 'CRC32'],
    ['acl', 'public-read'],
    ['x-amz-meta-extra', 'more'],
    ['success_action_redirect', 'https://evil.example'],
  ])('signs a form that does not accept %s = %s', async (name, value) => {
    const { presignedPost } = await createPost(signer, { ...FILE, sha256: SHA256 })
    expect(() => judgeForm(presignedPost.fields, { [name]: value })).toThrow(
      /Invalid according to Policy/,
    )
  })

  it('expires after 300 seconds', async () => {
    const { presignedPost, expiration } = await createPost(signer)
    expect(expiration).toBe('2026-03-01T12:05:00.000Z')
    expect(() => judgeForm(presignedPost.fields, {}, new Date(expiration))).toThrow('expired')
  })

  it('expires with the credentials', async () => {
    const expiration = new Date(NOW.getTime() + 60_000)
    const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', expiration }
    const upload = await createPost(signerFor({ video: VIDEO_RULE }, { credentials }))
    expect(upload.expiration).toBe(expiration.toISOString())
  })

  it('seals the signed values into the waybill', async () => {
    const upload = await createPost(signer, { ...FILE, metadata: { album: 'Ferien 🏖' } })
    const stored = upload.presignedPost.fields['x-amz-meta-waybill']
    expect(upload.waybill).toMatch(/^[\w.-]+~[\w-]{22}$/)
    expect(upload.waybill.slice(0, -23)).toBe(stored)
    const seal = createSeal(SECRET, { bucket: 'uploads', region: 'eu-west-1' })
    const { sealed, waybill } = await seal.openPresented(upload.waybill)
    expect(sealed).toBe(stored)
    expect(waybill).toEqual({
      rule: 'video',
      name: 'holiday.mp4',
      id: upload.key.slice(0, 22),
      grantedAt: NOW,
      sha256: FILE.sha256,
      key: upload.key,
      size: { min: FILE.size, max: FILE.size },
      type: 'video/mp4',
      strategy: 'post',
      metadata: { album: 'Ferien 🏖' },
      expiration: new Date(NOW.getTime() + 604_800_000),
    })
  })

  it('chooses a new key for each upload, even for the same file', async () => {
    const [a, b] = [await createPost(signer), await createPost(signer)]
    expect(a.key).toMatch(/^[\w-]{22}\/holiday\.mp4$/)
    expect(a.key).not.toBe(b.key)
  })

  it('also chooses a new key if a request is repeated with the same nonce', async () => {
    const file = { ...FILE, nonce: '0123456789abcdef' }
    const [a, b] = [await createPost(signer, file), await createPost(signer, file)]
    expect(a.key).not.toBe(b.key)
  })

  it('lets the rule choose the key', async () => {
    const ruled = signerFor({
      video: { ...VIDEO_RULE, key: (file) => `videos/${file.id}/${file.metadata.album}.mp4` },
    })
    const { key } = await createPost(ruled, { ...FILE, metadata: { album: 'alps' } })
    expect(key).toMatch(/^videos\/[\w-]{22}\/alps\.mp4$/)
  })

  it("answers in the files' order, with each rejection as an error", async () => {
    const files = [FILE, { ...FILE, size: 200_000_000 }, { ...FILE, type: 'text/html' }, FILE]
    const response = await post(signer, '', { files })
    expect(response.status).toBe(201)
    const { uploads } = JSON.parse(response.body) as CreateResponse
    expect(uploads.map((upload) => ('error' in upload ? upload.error.code : 'ok'))).toEqual([
      'ok',
      'FILE_TOO_LARGE',
      'FILE_TYPE_NOT_ALLOWED',
      'ok',
    ])
  })

  it.each([
    ['FILE_TOO_LARGE', { ...FILE, size: 104_857_601 }],
    // Larger than any object in S3.
    ['FILE_TOO_LARGE', { ...FILE, size: 99e12, nonce: 'abcdefghijklmnopqrstuv' }],
    ['FILE_TYPE_NOT_ALLOWED', { ...FILE, type: 'image/svg+xml' }],
    ['FILE_TYPE_NOT_ALLOWED', { ...FILE, type: 'imagefoo/x' }],
    ['FILE_TYPE_NOT_ALLOWED', { ...FILE, type: 'image/png,text/html' }],
    ['FILE_TYPE_NOT_ALLOWED', { ...FILE, type: 'image/png\r\nx-amz-acl: public-read' }],
    ['FILE_TYPE_NOT_ALLOWED', { ...FILE, type: '' }],
    ['FILE_NAME_INVALID', { ...FILE, name: '' }],
    ['FILE_NAME_INVALID', { ...FILE, name: 'x'.repeat(1025) }],
    ['FILE_NAME_INVALID', { ...FILE, name: 7 }],
    ['REQUEST_INVALID', { ...FILE, size: -1 }],
    ['REQUEST_INVALID', { ...FILE, size: 1.5 }],
    ['REQUEST_INVALID', { ...FILE, size: '7' }],
    ['REQUEST_INVALID', { ...FILE, sha256: 'abc' }],
    ['REQUEST_INVALID', { ...FILE, sha256: `${SHA256.slice(0, -2)}R=` }],
    ['REQUEST_INVALID', { ...FILE, metadata: { a: 1 } }],
    ['REQUEST_INVALID', 'a file'],
  ])('rejects with %s the file %j', async (code, file) => {
    expect(await createOne(signer, file as object)).toMatchObject({ error: { code } })
  })

  it.each([{}, { form: true }, { requireSha256: false }])(
    'rejects a file without its SHA-256 under a rule with %j, and explains how to compute it',
    async (more) => {
      const ruled = signerFor({ video: { ...VIDEO_RULE, ...more } })
      const { sha256: _none, ...file } = FILE
      expect(await createOne(ruled, file)).toMatchObject({
        error: {
          code: 'CHECKSUM_REQUIRED',
          message: expect.stringMatching(/openssl dgst -sha256 .* crypto\.subtle\.digest/),
        },
      })
    },
  )

  it('pins no checksum if the store does not support it, but seals the SHA-256', async () => {
    const options = { additionalChecksums: false }
    const { presignedPost, waybill } = await createPost(
      signerFor({ video: VIDEO_RULE }, options),
      FILE,
    )
    expect(Object.keys(presignedPost.fields).filter((name) => /checksum/.test(name))).toEqual([])
    const seal = createSeal(SECRET, { bucket: 'uploads', region: 'eu-west-1' })
    expect((await seal.openPresented(waybill)).waybill.sha256).toBe(FILE.sha256)
  })

  it.each(['__proto__', 'constructor', 'toString', 'nope', ''])(
    'does not recognize the rule %j',
    async (rule) => {
      const response = await post(
        signer,
        '',
        `{"rule":${JSON.stringify(rule)},"files":[${JSON.stringify(FILE)}]}`,
      )
      expect(['RULE_UNKNOWN', 'REQUEST_INVALID']).toContain(codeOf(response))
    },
  )
})
