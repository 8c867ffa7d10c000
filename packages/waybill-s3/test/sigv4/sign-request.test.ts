import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SignRequestOptions, signRequest } from 'waybill-s3'
import { webDigest } from '../../src/sigv4/digest.ts'
import { uriEncode } from '../../src/sigv4/encoding.ts'
import { credentials, date, headerValue, key, location, query } from '../presigned/arbitraries.ts'
import { sdkRequest, sdkSigner } from '../presigned/sdk.ts'

const request = fc.record(
  {
    key,
    method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE'),
    headers: fc.dictionary(
      fc.oneof(fc.constantFrom('Content-Type', 'x-amz-acl'), fc.stringMatching(/^x-[a-z-]{1,9}$/)),
      headerValue,
      { maxKeys: 4 },
    ),
    query,
    credentials,
    payloadHash: fc.constantFrom('UNSIGNED-PAYLOAD', 'e3b0c44298fc1c149afbf4c8996fb924'),
  },
  { requiredKeys: ['method', 'credentials', 'payloadHash'] },
)

describe('signRequest', () => {
  it("sends the AWS SDK's headers, including Authorization", async () => {
    await fc.assert(
      fc.asyncProperty(location, date, request, async (location, date, parts) => {
        const options = { ...location, ...parts, now: () => date } as SignRequestOptions
        const unsigned = sdkRequest(options)
        unsigned.headers['x-amz-content-sha256'] = parts.payloadHash
        const signer = sdkSigner(location, parts.credentials)
        const theirs = await signer.sign(unsigned, { signingDate: date })
        const ours = await signRequest({ ...options, payloadHash: parts.payloadHash })
        const { host: _, ...headers } = lowerCase(theirs.headers)
        expect(ours.headers).toEqual(headers)
      }),
    )
  })

  it('sends the query that it signed', async () => {
    await fc.assert(
      fc.asyncProperty(location, request, async (location, parts) => {
        const { url } = await signRequest({ ...location, ...parts } as SignRequestOptions)
        const query = Object.fromEntries(new URL(url).searchParams)
        expect(Object.entries(query)).toEqual(Object.entries(parts.query ?? {}).sort(byName))
      }),
    )
  })

  it('returns the same headers with Web Crypto', async () => {
    const options = {
      bucket: 'examplebucket',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      method: 'PUT',
      key: 'ключ',
      now: () => new Date(0),
    } as const
    const web = await signRequest({ ...options, digest: webDigest() })
    expect(web).toEqual(await signRequest(options))
  })
})

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

/** As `canonicalQuery` sorts: by the bytes of the encoded name. */
function byName([a]: [string, string], [b]: [string, string]): number {
  return uriEncode(a) < uriEncode(b) ? -1 : 1
}
