import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PresignUrlOptions, presignUrl } from 'waybill-s3'
import { webDigest } from '../../src/sigv4/digest.ts'
import {
  credentials,
  date,
  expiresInSeconds,
  headerValue,
  key,
  location,
  query,
  text,
} from './arbitraries.ts'
import { sdkClient, sdkRequest, sdkSigner } from './sdk.ts'

const role = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token/+==' }
const object = { bucket: 'examplebucket', region: 'eu-west-1', key: 'a.png', credentials: role }

/** The SDK says in the query which operation it means and that the payload is not signed; S3 needs neither. */
const SDK_QUERY = { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }

/** The SDK leaves out a parameter without a value. */
const text1 = text.filter((value) => value !== '')

const request = fc.record({ location, credentials, key, date, expiresInSeconds })

describe('presignUrl', () => {
  it("equals the AWS SDK's presigned GET, with parameters in any order", async () => {
    await fc.assert(
      fc.asyncProperty(request, text1, async ({ location, date, ...signing }, disposition) => {
        const command = new GetObjectCommand({
          Bucket: location.bucket,
          Key: signing.key,
          ResponseContentDisposition: disposition,
        })
        const theirs = await getSignedUrl(sdkClient(location, signing.credentials), command, {
          expiresIn: signing.expiresInSeconds,
          signingDate: date,
        })
        const ours = await presignUrl({
          ...location,
          ...signing,
          method: 'GET',
          query: {
            ...SDK_QUERY,
            'response-content-disposition': disposition,
            'x-id': 'GetObject',
          },
          now: () => date,
        })
        expect(split(ours.url)).toEqual(split(theirs))
      }),
    )
  })

  it("equals the AWS SDK's presigned PUT with length, type, condition and metadata signed", async () => {
    const upload = fc.record({
      size: fc.nat(),
      type: headerValue.filter((value) => value !== ''),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z0-9-]{1,10}$/), headerValue, { maxKeys: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(request, upload, async ({ location, date, ...signing }, upload) => {
        const headers: Record<string, string> = {
          'Content-Length': String(upload.size),
          'Content-Type': upload.type,
          'If-None-Match': '*',
        }
        for (const [name, value] of Object.entries(upload.metadata)) {
          headers[`x-amz-meta-${name}`] = value
        }
        const command = new PutObjectCommand({
          Bucket: location.bucket,
          Key: signing.key,
          ContentLength: upload.size,
          ContentType: upload.type,
          IfNoneMatch: '*',
          Metadata: upload.metadata,
        })
        const theirs = await getSignedUrl(sdkClient(location, signing.credentials), command, {
          expiresIn: signing.expiresInSeconds,
          signingDate: date,
          signableHeaders: new Set(['content-type']),
          unhoistableHeaders: new Set(Object.keys(headers)),
        })
        const query = { ...SDK_QUERY, 'x-id': 'PutObject' }
        const now = () => date
        const ours = await presignUrl({
          ...location,
          ...signing,
          method: 'PUT',
          headers,
          query,
          now,
        })
        expect(split(ours.url)).toEqual(split(theirs))
        expect(ours.headers).toEqual(
          Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
          ),
        )
      }),
    )
  })

  it("matches the SDK's signature for arbitrary headers and queries", async () => {
    const parts = fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
      headers: fc.dictionary(fc.stringMatching(/^x-[a-z0-9-]{1,10}$/), headerValue, { maxKeys: 4 }),
      query,
    })
    await fc.assert(
      fc.asyncProperty(request, parts, async ({ location, date, ...signing }, parts) => {
        const options = { ...location, ...signing, ...parts, now: () => date } as PresignUrlOptions
        const signer = sdkSigner(location, signing.credentials)
        const unsigned = sdkRequest(options)
        unsigned.headers['X-Amz-Content-Sha256'] = 'UNSIGNED-PAYLOAD'
        const theirs = await signer.presign(unsigned, {
          expiresIn: signing.expiresInSeconds,
          signingDate: date,
          unhoistableHeaders: new Set(Object.keys(parts.headers)),
        })
        const ours = await presignUrl({
          ...options,
          query: { ...parts.query, ...SDK_QUERY },
          expiresInSeconds: signing.expiresInSeconds,
        })
        const signature = new URL(ours.url).searchParams.get('X-Amz-Signature')
        expect(signature).toBe(theirs.query?.['X-Amz-Signature'])
      }),
    )
  })

  it('signs and sends parameters and headers with prototype property names', async () => {
    const named = JSON.parse('{ "__proto__": "a" }')
    const options = { ...object, method: 'PUT', query: named, headers: named } as const
    const { url, headers } = await presignUrl(options)
    expect(new URL(url).searchParams.get('__proto__')).toBe('a')
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('__proto__;host')
    expect(Object.entries(headers)).toEqual([['__proto__', 'a']])
  })

  it('returns the same URL with Web Crypto', async () => {
    const options = { ...object, method: 'GET', now: () => new Date(0) } as const
    const web = await presignUrl({ ...options, digest: webDigest() })
    expect(web).toEqual(await presignUrl(options))
  })

  it("signs the bucket's host, whatever the given headers say", async () => {
    const options = { ...object, method: 'GET', now: () => new Date(0) } as const
    const other = await presignUrl({ ...options, headers: { Host: 'evil.example' } })
    expect(other).toEqual(await presignUrl(options))
  })

  it('lets no parameter replace one that it signs with', async () => {
    const { url } = await presignUrl({
      ...object,
      method: 'GET',
      query: { 'X-Amz-Expires': '604800', 'X-Amz-Credential': 'other' },
      expiresInSeconds: 60,
    })
    expect(new URL(url).searchParams.getAll('X-Amz-Expires')).toEqual(['60'])
    expect(new URL(url).searchParams.getAll('X-Amz-Credential')).toHaveLength(1)
  })

  it('rejects an empty key, because its DELETE would delete the bucket', async () => {
    const error = new TypeError('key is empty, expected 1 to 1024 bytes')
    await expect(presignUrl({ ...object, key: '', method: 'DELETE' })).rejects.toThrow(error)
  })

  it('addresses the bucket itself if there is no key', async () => {
    const { key: _, ...bucket } = object
    const { url } = await presignUrl({ ...bucket, method: 'GET', query: { 'list-type': '2' } })
    expect(url).toMatch(
      /^https:\/\/examplebucket\.s3\.eu-west-1\.amazonaws\.com\/\?X-Amz-.*list-type=2&X-Amz-Sig/,
    )
  })
})

/** A URL as what it means: everything before the query, and the parameters in one order. */
function split(url: string): { base: string; query: string[] } {
  const [base = '', query = ''] = url.split('?')
  return { base, query: query.split('&').sort() }
}
