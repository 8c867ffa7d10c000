import { describe, expect, it } from 'vitest'
import {
  createPresigner,
  type Digest,
  planParts,
  presignParts,
  presignPost,
  presignUrl,
  signRequest,
} from 'waybill-s3'
import { webDigest } from '../../src/sigv4/digest.ts'

const NOW = new Date('2026-01-31T12:00:00Z')
const PLACE = { bucket: 'uploads', region: 'eu-west-1', now: () => NOW }
const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' }

/** The digests of Web Crypto, counting the keys that are made and the texts encoded in base64. */
function counting() {
  const web = webDigest()
  const counts = { keys: 0, texts: 0 }
  const digest: Digest = {
    ...web,
    hmac: (key) => {
      counts.keys += 1
      return web.hmac(key)
    },
    base64: (text) => {
      counts.texts += 1
      return web.base64(text)
    },
  }
  return { digest, counts }
}

describe('createPresigner', () => {
  it('signs the same as the functions', async () => {
    const presigner = createPresigner(PLACE)
    const put = { method: 'PUT', key: 'a b', credentials: CREDENTIALS } as const
    const parts = {
      credentials: CREDENTIALS,
      key: 'a b',
      uploadId: 'u',
      plan: planParts(20_000_000, 8_000_000),
      from: 2,
      count: 2,
    }
    const form = { credentials: CREDENTIALS, key: 'a b', fields: { acl: 'private' } }
    expect(await presigner.presignUrl(put)).toEqual(await presignUrl({ ...PLACE, ...put }))
    expect(await presigner.signRequest(put)).toEqual(await signRequest({ ...PLACE, ...put }))
    expect(await presigner.presignParts(parts)).toEqual(await presignParts({ ...PLACE, ...parts }))
    expect(await presigner.presignPost(form)).toEqual(await presignPost({ ...PLACE, ...form }))
  })

  it('derives one key for everything it signs in a day', async () => {
    const { digest, counts } = counting()
    const presigner = createPresigner({ ...PLACE, digest })
    const put = { method: 'PUT', key: 'a', credentials: CREDENTIALS } as const
    await presigner.presignPost(put)
    await presigner.presignUrl(put)
    await presigner.signRequest(put)
    // Four HMACs derive it, the fifth is the one that signs.
    expect(counts.keys).toBe(5)
  })

  it("does not share its cache with another bucket's presigner", async () => {
    const { digest, counts } = counting()
    const buckets = ['uploads', 'films']
    const presigners = buckets.map((bucket) => createPresigner({ ...PLACE, bucket, digest }))
    const signAll = async () => {
      for (const presigner of presigners) {
        await presigner.presignPost({ key: 'a', credentials: CREDENTIALS })
      }
    }
    await signAll()
    const first = { ...counts }
    await signAll()
    // Only the end of each policy is new.
    expect(counts).toEqual({ keys: first.keys, texts: first.texts + buckets.length })
  })

  it('rejects an invalid bucket when it is created', () => {
    expect(() => createPresigner({ ...PLACE, bucket: 'Uploads' })).toThrow("bucket is 'Uploads'")
  })
})
