/**
 * `waybill-s3` where there is no Node: AWS's published examples in a real browser, over its own Web Crypto.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import {
  canonicalRequest,
  credentialScope,
  objectKey,
  presignPost,
  presignUrl,
  safeFileName,
  signature,
  signingKey,
  stringToSign,
} from 'waybill-s3'
import { nodeDigest, platformDigest, toHex } from '../../src/sigv4/digest.ts'
import vectors from '../vectors/sigv4-s3.json' with { type: 'json' }

const { credentials, presignedGet, presignedPost } = vectors

describe('waybill-s3 in a browser', () => {
  it('finds no Node and signs with Web Crypto', () => {
    expect(nodeDigest()).toBeUndefined()
    expect(platformDigest()).toBe(platformDigest())
  })

  it("computes AWS's published signing key and signature for a presigned POST", async () => {
    const scope = credentialScope(presignedPost.amzDate, presignedPost.region)
    const key = await signingKey(credentials.secretAccessKey, scope)
    expect(toHex(key)).toBe(presignedPost.signingKeyHex)
    expect(platformDigest().base64(presignedPost.policyJsonText)).toBe(presignedPost.policyBase64)
    expect(await signature(key, presignedPost.policyBase64)).toBe(presignedPost.expectedSignature)
  })

  it("follows AWS's published steps for a presigned GET", async () => {
    const url = new URL(presignedGet.url)
    url.searchParams.delete('X-Amz-Signature')
    const request = canonicalRequest({
      method: presignedGet.method,
      path: presignedGet.path,
      query: url.search.slice(1),
      headers: { host: presignedGet.host },
      payloadHash: 'UNSIGNED-PAYLOAD',
    })
    expect(request).toBe(presignedGet.canonicalRequest)
    const hash = await platformDigest().sha256Hex(request)
    const scope = credentialScope(presignedGet.amzDate, presignedGet.region)
    expect(stringToSign(presignedGet.amzDate, scope, hash)).toBe(presignedGet.stringToSign)
  })

  it("returns AWS's published URL in one call", async () => {
    const signed = await presignUrl({
      method: 'GET',
      bucket: 'examplebucket',
      region: presignedGet.region,
      endpoint: 'https://s3.amazonaws.com',
      addressing: 'virtual',
      key: 'test.txt',
      credentials,
      expiresInSeconds: presignedGet.expires,
      now: () => new Date('2013-05-24T00:00:00Z'),
    })
    expect(signed.url).toBe(presignedGet.url)
  })

  it("signs a form whose policy lists the form's fields", async () => {
    const key = objectKey(`clips/${safeFileName('тест 🎬.mp4')}`)
    const { fields } = await presignPost({
      bucket: 'uploads',
      region: 'eu-west-1',
      credentials,
      key,
    })
    const policy = new TextDecoder().decode(
      Uint8Array.from(atob(fields.Policy ?? ''), (char) => char.charCodeAt(0)),
    )
    expect(JSON.parse(policy).conditions).toContainEqual({ key: 'clips/тест 🎬.mp4' })
    expect(fields['X-Amz-Signature']).toMatch(/^[0-9a-f]{64}$/)
  })
})
