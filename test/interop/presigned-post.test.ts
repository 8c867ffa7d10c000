/**
 * Presigned POST against a store that we did not write.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { type PresignedPost, type PresignPostOptions, presignPost } from 'waybill-s3'
import {
  answerOf,
  describeStores,
  type ForeignBucket,
  keysIn,
  readBack,
  type StoreAnswer,
} from './foreign-bucket.ts'

const bytes = new Uint8Array(70_000).map((_, index) => index % 251)

function sign(
  place: ForeignBucket,
  key: string,
  change: Partial<PresignPostOptions> = {},
): Promise<PresignedPost> {
  return presignPost({
    ...place,
    key,
    fields: { 'Content-Type': 'video/mp4', 'x-amz-meta-waybill': 'sealed' },
    conditions: [['content-length-range', bytes.length, bytes.length]],
    expiresInSeconds: 60,
    ...change,
  })
}

interface Form {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
  readonly file?: Uint8Array<ArrayBuffer>
}

async function post({ url, fields, file = bytes }: Form): Promise<StoreAnswer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([file]), 'name.bin')
  return answerOf(await fetch(url, { method: 'POST', body: form }))
}

/** What is done to a valid form, and the code that Ceph refuses it with. */
const HOSTILE: Readonly<
  Record<string, readonly [code: string, change: (form: PresignedPost) => Form]>
> = {
  'another key': ['AccessDenied', withField('key', 'another.mp4')],
  'another content type': ['AccessDenied', withField('Content-Type', 'text/html')],
  'other metadata': ['AccessDenied', withField('x-amz-meta-waybill', 'forged')],
  'a field that was not signed': ['AccessDenied', withField('acl', 'public-read')],
  'a missing signed field': ['AccessDenied', withoutField('x-amz-meta-waybill')],
  'no signature': ['InvalidArgument', withoutField('X-Amz-Signature')],
  'no policy, which makes it anonymous': ['AccessDenied', withoutField('Policy')],
  'one byte too many': ['EntityTooLarge', ({ url, fields }) => ({ url, fields, file: grown(1) })],
  'one byte too few': ['EntityTooSmall', ({ url, fields }) => ({ url, fields, file: grown(-1) })],
  // AWS answers `SignatureDoesNotMatch`.
  'one changed character of the signature': ['AccessDenied', withSpoiltField('X-Amz-Signature')],
  // AWS answers `SignatureDoesNotMatch`: the policy is the string that was signed.
  'a changed policy': ['AccessDenied', withSpoiltField('Policy')],
  // AWS answers `InvalidAccessKeyId`.
  'an unknown access key': [
    'AccessDenied',
    ({ url, fields }) => {
      const scope = fields['X-Amz-Credential']?.split('/').slice(1).join('/')
      return { url, fields: { ...fields, 'X-Amz-Credential': `NOBODY/${scope}` } }
    },
  ],
}

function checksumFields(file: Uint8Array): Record<string, string> {
  const sha256 = createHash('sha256').update(file).digest('base64')
  return { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': sha256 }
}

function withField(name: string, value: string) {
  return ({ url, fields }: PresignedPost): Form => ({ url, fields: { ...fields, [name]: value } })
}

function withoutField(name: string) {
  return ({ url, fields: { [name]: _, ...fields } }: PresignedPost): Form => ({ url, fields })
}

function withSpoiltField(name: string) {
  return ({ url, fields }: PresignedPost): Form => {
    const value = fields[name] ?? ''
    const spoilt = `${value.startsWith('0') ? '1' : '0'}${value.slice(1)}`
    return { url, fields: { ...fields, [name]: spoilt } }
  }
}

function grown(by: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes.length + by)
  file.set(bytes.subarray(0, file.length))
  return file
}

describeStores(
  'a presigned POST',
  (place, itUnless) => {
    it('stores the signed object, with its type and metadata', async () => {
      const signed = await sign(place, 'good/file name ü+&.mp4')
      expect((await post(signed)).status).toBe(204)
      const { headers, body } = await readBack(place, 'good/file name ü+&.mp4')
      expect(body.equals(bytes)).toBe(true)
      expect(headers.get('content-type')).toBe('video/mp4')
      expect(headers.get('x-amz-meta-waybill')).toBe('sealed')
    })

    it('stores an empty file', async () => {
      const signed = await sign(place, 'empty', { conditions: [['content-length-range', 0, 0]] })
      expect((await post({ ...signed, file: new Uint8Array() })).status).toBe(204)
      expect((await readBack(place, 'empty')).body.length).toBe(0)
    })

    it('is stored if the file has the signed SHA-256', async () => {
      const signed = await sign(place, 'with-checksum', { fields: checksumFields(bytes) })
      expect((await post(signed)).status).toBe(204)
    })

    itUnless({ radosgw: 'looks at no x-amz-checksum field, and stores the file' })(
      'is refused when the file has another SHA-256 than was signed',
      async () => {
        const signed = await sign(place, 'other-checksum', {
          fields: checksumFields(grown(0).fill(7)),
        })
        expect((await post(signed)).code).toBe('BadDigest')
        expect(await keysIn(place)).not.toContain('other-checksum')
      },
    )

    it.each(Object.entries(HOSTILE))('is rejected with %s', async (name, [code, change]) => {
      const key = `hostile/${name}.mp4`
      const answer = await post(change(await sign(place, key)))
      expect(answer.code).toBe(code)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(await keysIn(place)).not.toContain(key)
      expect(await keysIn(place)).not.toContain('another.mp4')
    })

    it('is rejected when it has expired', async () => {
      const now = () => new Date(Date.now() - 61_000)
      const answer = await post(await sign(place, 'expired', { now }))
      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied'])
      expect(await keysIn(place)).not.toContain('expired')
    })

    it('is rejected if its user may not write there', async () => {
      const answer = await post(
        await sign(place, 'foreign', { credentials: place.otherCredentials }),
      )
      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied'])
      expect(await keysIn(place)).not.toContain('foreign')
    })
  },
  { swift: "has no POST Object: singleRequest 'put' is for it" },
)
