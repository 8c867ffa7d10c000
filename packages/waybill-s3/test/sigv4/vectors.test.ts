/**
 * AWS's published examples, compared at every step, so that a failure names the step.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import {
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  parsePolicy,
  presignUrl,
  signature,
  signingKey,
  stringToSign,
} from 'waybill-s3'
import { nodeDigest, toHex, webDigest } from '../../src/sigv4/digest.ts'
import vectors from '../vectors/sigv4-s3.json' with { type: 'json' }

const { credentials, presignedGet, presignedPost } = vectors

const node = nodeDigest()
if (!node) throw new Error('Node has crypto')

describe.each([
  ['Node crypto', node],
  ['Web Crypto', webDigest()],
] as const)("AWS's published presigned POST, with %s", (_name, digest) => {
  it('has the published signing key', async () => {
    const scope = credentialScope(presignedPost.amzDate, presignedPost.region)
    const key = await signingKey(credentials.secretAccessKey, scope, digest)
    expect(toHex(key)).toBe(presignedPost.signingKeyHex)
  })

  it('encodes the policy to the published base64', () => {
    expect(digest.base64(presignedPost.policyJsonText)).toBe(presignedPost.policyBase64)
  })

  it('has the published signature', async () => {
    const scope = credentialScope(presignedPost.amzDate, presignedPost.region)
    const key = await signingKey(credentials.secretAccessKey, scope, digest)
    expect(await signature(key, presignedPost.policyBase64, digest)).toBe(
      presignedPost.expectedSignature,
    )
  })

  it('parses the published policy', () => {
    const policy = parsePolicy(presignedPost.policyBase64)
    expect(policy.expiration.toISOString()).toBe('2015-12-30T12:00:00.000Z')
    expect(policy.conditions).toContainEqual(['starts-with', '$key', 'user/user1/'])
    expect(policy.conditions).toHaveLength(11)
  })
})

describe.each([
  ['Node crypto', node],
  ['Web Crypto', webDigest()],
] as const)("AWS's published presigned GET, with %s", (_name, digest) => {
  const url = new URL(presignedGet.url)
  const query = [...url.searchParams].filter(([name]) => name !== 'X-Amz-Signature')
  const request = canonicalRequest({
    method: presignedGet.method,
    path: presignedGet.path,
    query: canonicalQuery(query),
    headers: { host: presignedGet.host },
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  const scope = credentialScope(presignedGet.amzDate, presignedGet.region)

  it('has the published canonical request', () => {
    expect(request).toBe(presignedGet.canonicalRequest)
  })

  it('has the published string to sign', async () => {
    const hash = await digest.sha256Hex(request)
    expect(hash).toBe(presignedGet.canonicalRequestSha256)
    expect(stringToSign(presignedGet.amzDate, scope, hash)).toBe(presignedGet.stringToSign)
  })

  it('has the published signing key and signature', async () => {
    const key = await signingKey(credentials.secretAccessKey, scope, digest)
    expect(toHex(key)).toBe(presignedGet.signingKeyHex)
    expect(await signature(key, presignedGet.stringToSign, digest)).toBe(
      presignedGet.expectedSignature,
    )
  })

  it('returns the published URL in one call', async () => {
    const signed = await presignUrl({
      method: 'GET',
      bucket: 'examplebucket',
      region: presignedGet.region,
      // The published example uses the global host, which Waybill itself never does.
      endpoint: 'https://s3.amazonaws.com',
      addressing: 'virtual',
      key: 'test.txt',
      credentials,
      expiresInSeconds: presignedGet.expires,
      now: () => new Date('2013-05-24T00:00:00Z'),
      digest,
    })
    expect(signed.url).toBe(presignedGet.url)
  })
})
