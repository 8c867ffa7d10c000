/**
 * What each new object gets beside its own: it arrives however the file is sent, no client can
 * change it, and it gets along with the tags of verdicts and claims.
 *
 * @module
 */

import { sha256Of } from '@waybill/test-support/sha256-of'
import {
  askStorage,
  bytesOf,
  sendFile,
  signerOf,
  startStorage,
} from '@waybill/test-support/signer-storage'
import {
  CREDENTIALS,
  createOne,
  createPost,
  judgeForm,
  post,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import type { StrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import type { ObjectDefaults } from 'waybill/signer'
import { storeFiles } from '../stored-objects/stored-files.ts'

const RULES = { video: VIDEO_RULE }
const MIB = 1024 ** 2
const SSE = 'x-amz-server-side-encryption'
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab'
const KEY_ARN = `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${KEY}`
const DEFAULTS = {
  serverSideEncryption: 'aws:kms',
  sseKmsKeyId: KEY,
  bucketKeyEnabled: true,
  storageClass: 'INTELLIGENT_TIERING',
  cacheControl: 'private, max-age=3600',
  tags: { 'cost centre': 'a/b+c=d', Straße: '12 @ home' },
} as const satisfies ObjectDefaults

/** As the form and the headers have it. */
const FIELDS = {
  [SSE]: 'aws:kms',
  [`${SSE}-aws-kms-key-id`]: KEY,
  [`${SSE}-bucket-key-enabled`]: 'true',
  'x-amz-storage-class': 'INTELLIGENT_TIERING',
  'cache-control': 'private, max-age=3600',
}

const WAYS = [
  ['a presigned POST', {}, 5],
  ['a presigned PUT', { singleRequest: 'put' }, 5],
  ['parts', { multipartThreshold: 5 * MIB }, 6 * MIB],
] as const

async function grantFor(s3: StrictS3, options: object, bytes: Uint8Array<ArrayBuffer>) {
  const signer = signerOf(s3, RULES, { objectDefaults: DEFAULTS, ...options })
  const sha256 = await sha256Of(bytes)
  const file = { name: 'a.mp4', type: 'video/mp4', size: bytes.length, sha256 }
  const granted = await createOne(signer, file)
  if (!('strategy' in granted)) throw new Error(JSON.stringify(granted))
  return { signer, granted }
}

describe('objectDefaults', () => {
  it.each(WAYS)('apply to an object sent by %s', async (_way, options, size) => {
    const s3 = await startStorage()
    const bytes = bytesOf(size)
    const { signer, granted } = await grantFor(s3, { ...options, pendingTag: true }, bytes)
    expect(await sendFile(granted, bytes)).toBeLessThan(300)
    const { waybill } = granted
    const uploadId = granted.strategy === 'multipart' ? granted.uploadId : undefined
    expect((await post(signer, '/complete', { waybill, uploadId })).status).toBe(200)
    const { headers } = await askStorage(s3, 'HEAD', granted.key)
    expect(Object.fromEntries(headers)).toMatchObject({
      ...FIELDS,
      [`${SSE}-aws-kms-key-id`]: expect.stringMatching(new RegExp(`:key/${KEY}$`)),
    })
    const tags = await (await askStorage(s3, 'GET', granted.key, { tagging: '' })).text()
    for (const [name, value] of Object.entries({ ...DEFAULTS.tags, waybill: 'pending' })) {
      expect(tags).toContain(`<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`)
    }
  })

  it('are pinned in a form, which no longer satisfies its policy if they change', async () => {
    const signer = signerFor(RULES, { objectDefaults: DEFAULTS })
    const { fields } = (await createPost(signer)).presignedPost
    expect(() => judgeForm(fields)).not.toThrow()
    const pinned = Object.keys({ ...FIELDS, tagging: '' })
    for (const name of pinned) {
      const own = Object.keys(fields).find((each) => each.toLowerCase() === name) ?? ''
      expect(() => judgeForm(fields, { [own]: 'other' })).toThrow('Policy Condition failed')
      expect(() => judgeForm(fields, { [own]: undefined })).toThrow('Policy Condition failed')
    }
    const bare = (await createPost(signerFor(RULES))).presignedPost.fields
    for (const name of pinned) {
      expect(Object.keys(bare).map((each) => each.toLowerCase())).not.toContain(name)
      expect(() => judgeForm(bare, { [name]: 'other' })).toThrow('Extra input fields')
    }
  })

  it('are signed into a PUT, which S3 rejects with another value or without one', async () => {
    const s3 = await startStorage()
    const bytes = bytesOf(5)
    const { granted } = await grantFor(s3, { singleRequest: 'put' }, bytes)
    if (granted.strategy !== 'put') throw new Error(granted.strategy)
    for (const name of [...Object.keys(FIELDS), 'x-amz-tagging']) {
      expect(granted.headers).toHaveProperty(name)
      const { [name]: _own, ...others } = granted.headers
      for (const headers of [others, { ...others, [name]: 'STANDARD' }]) {
        expect(await sendFile({ ...granted, headers }, bytes)).toBe(403)
      }
    }
    expect(await sendFile(granted, bytes)).toBe(200)
  })

  it('do not apply to parts, whose upload has them', async () => {
    const s3 = await startStorage()
    const { granted } = await grantFor(s3, { multipartThreshold: 5 * MIB }, bytesOf(6 * MIB))
    if (granted.strategy !== 'multipart') throw new Error(granted.strategy)
    expect(granted.parts.headers).toEqual({})
    expect(granted.parts.url).not.toMatch(/tagging|storage|server-side|cache/i)
  })

  it('leave room for verdict and claim, and outlast both', async () => {
    const own = Object.fromEntries([...'abcdefg'].map((name) => [name, name]))
    const objectDefaults = { tags: own }
    const { upload, judge, tagsOf, signer } = await storeFiles({ objectDefaults, pendingTag: true })
    const { key, receipt } = await upload({ rule: 'drafts' })
    expect(await tagsOf(key)).toEqual({ ...own, waybill: 'pending', 'waybill-claim': '2' })
    expect((await judge(key)).verdict).toBe('verified')
    expect(await tagsOf(key)).toEqual({ ...own, waybill: 'verified', 'waybill-claim': '2' })
    await signer.claim(receipt, { owner: 'ada' })
    expect(await tagsOf(key)).toEqual({ ...own, waybill: 'verified' })
  })

  it('leave room for a three-tag verdict', async () => {
    const own = Object.fromEntries([...'abcdefg'].map((name) => [name, name]))
    const objectDefaults = { tags: own }
    const { upload, judge, tagsOf } = await storeFiles({ objectDefaults, pendingTag: true })
    const { key } = await upload({ rule: 'drafts', name: 'a.png', type: 'image/png', text: 'no' })
    expect((await judge(key)).verdict).toBe('rejected')
    expect(Object.keys(await tagsOf(key)).sort()).toEqual(
      [...Object.keys(own), 'waybill', 'waybill-claim', 'waybill-reason'].sort(),
    )
  })
})

/** Bytes of a form before its file. No browser has longer boundaries than Firefox. */
function bytesBeforeFile(fields: Readonly<Record<string, string>>): number {
  const boundary = `--${'-'.repeat(29)}${'1'.repeat(30)}`
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file = `${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${'x'.repeat(255)}"\r\n`
  return Buffer.byteLength(`${parts.join('')}${file}Content-Type: video/mp4\r\n\r\n`)
}

/** All that can be given: every member, seven tags, so many bytes in all. */
function fullDefaults(size: number): ObjectDefaults {
  const names = [...'abcdefg']
  const fields = { ...FIELDS, [`${SSE}-aws-kms-key-id`]: KEY_ARN }
  const used = Object.entries(fields).flat().join('').length + names.length
  const shares = names.map((_, index) => Math.floor((size - used + index) / names.length))
  const tags = Object.fromEntries(names.map((name, at) => [name, 'x'.repeat(shares[at] ?? 0)]))
  return { ...DEFAULTS, sseKmsKeyId: KEY_ARN, tags }
}

describe('the largest form', () => {
  const rules = { video: { ...VIDEO_RULE, claim: '365 days' } } as const
  const signer = (objectDefaults: ObjectDefaults) =>
    signerFor(rules, {
      objectDefaults,
      pendingTag: true,
      prefix: `${'p'.repeat(255)}/`,
      credentials: { ...CREDENTIALS, sessionToken: 'F'.repeat(4096) },
    })
  // Its key and its waybill are as long as Waybill makes them.
  const file = {
    name: `${'n'.repeat(251)}.mp4`,
    type: 'video/mp4',
    size: 5_000_000,
    sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
    metadata: { title: 't'.repeat(430) },
  }

  it("is smaller than S3's 20 KB, with a 4 KB session token", async () => {
    const { fields } = (await createPost(signer(fullDefaults(640)), file)).presignedPost
    expect(fields.key).toHaveLength(256 + 23 + 200)
    expect(fields['x-amz-meta-waybill']?.length).toBeGreaterThan(1500)
    expect(bytesBeforeFile(fields)).toBeLessThan(20_480)
    expect(() => signer(fullDefaults(641))).toThrow('objectDefaults is 641 bytes')
  })
})

describe('invalid objectDefaults', () => {
  const many = Object.fromEntries([...'abcdefgh'].map((name) => [name, '']))
  it.each<[string, object, RegExp]>([
    ['an unknown member', { storageclass: 'STANDARD' }, /objectDefaults has "storageclass"/],
    ['no encryption', { serverSideEncryption: 'AES-256' }, /\.serverSideEncryption is "AES-256"/],
    ['a key without KMS', { sseKmsKeyId: KEY }, /sseKmsKeyId needs serverSideEncryption 'aws:kms'/],
    [
      'a key together with SSE-S3',
      { serverSideEncryption: 'AES256', sseKmsKeyId: KEY },
      /sseKmsKeyId needs serverSideEncryption/,
    ],
    [
      'an invalid key',
      { serverSideEncryption: 'aws:kms', sseKmsKeyId: 'a key' },
      /sseKmsKeyId is "a key"/,
    ],
    [
      'a bucket key in two layers',
      { serverSideEncryption: 'aws:kms:dsse', bucketKeyEnabled: true },
      /bucketKeyEnabled needs serverSideEncryption 'aws:kms'/,
    ],
    [
      'a bucket key that is text',
      { serverSideEncryption: 'aws:kms', bucketKeyEnabled: 'true' },
      /bucketKeyEnabled is "true"/,
    ],
    ['an archive, which arrival cannot read', { storageClass: 'GLACIER' }, /storageClass is "GLA/],
    ['Cache-Control on two lines', { cacheControl: 'a\r\nb: c' }, /cacheControl is "a\\r\\nb: c"/],
    ['an empty Cache-Control', { cacheControl: '' }, /cacheControl is ""/],
    ['a tag of Waybill', { tags: { waybill: 'verified' } }, /none that begins with 'waybill'/],
    ['a tag of AWS', { tags: { 'aws:x': '' } }, /the name "aws:x"/],
    ['a tag that XML would have to escape', { tags: { 'a<': '' } }, /the name "a<"/],
    ['a value that S3 refuses', { tags: { a: 'b&c' } }, /tags\.a is "b&c"/],
    ['a value that is a number', { tags: { a: 1 } }, /tags\.a is 1/],
    ['more tags than S3 takes', { tags: many }, /tags are 8, at most 7 are allowed/],
    [
      'more than a form can hold',
      { tags: { a: 'x'.repeat(256), b: 'x'.repeat(256), c: 'x'.repeat(256), d: 'x'.repeat(256) } },
      /objectDefaults is 1028 bytes .* at most 640/,
    ],
    ['a list', [], /objectDefaults is a list, expected an object/],
  ])('are rejected by name: %s', (_what, objectDefaults, message) => {
    const given = objectDefaults as ObjectDefaults
    expect(() => signerFor(RULES, { objectDefaults: given })).toThrow(message)
  })
})
