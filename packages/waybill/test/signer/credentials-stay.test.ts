/**
 * No credential, secret or signing key in any answer, error or log, whatever is asked and however
 * S3 answers.
 *
 * @module
 */

import { inspect } from 'node:util'
import {
  CREDENTIALS,
  createOne,
  FILE,
  NOW,
  SECRET,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { credentialScope, signingKey } from 'waybill-s3'
import { toHex } from '../../../waybill-s3/src/sigv4/digest.ts'

/** S3 quotes what was signed when it refuses a signature: the session token is in it. */
function quotingRefusal(init: RequestInit | undefined): Response {
  const quoted = inspect(init?.headers).replaceAll('<', '')
  return new Response(
    '<Error><Code>SignatureDoesNotMatch</Code>' +
      `<Message>${CREDENTIALS.secretAccessKey}</Message><CanonicalRequest>${quoted}</CanonicalRequest></Error>`,
    { status: 403 },
  )
}

const FAILURES: readonly ((init: RequestInit | undefined) => Response)[] = [
  quotingRefusal,
  () => new Response('<Error><Code>SlowDown</Code></Error>', { status: 503 }),
  () => new Response(null, { status: 403, headers: { 'x-amz-request-id': 'r' } }),
  () => new Response('<html>', { status: 200 }),
  () => {
    throw new TypeError('fetch failed')
  },
]

/** All of it as one text, with causes and hidden properties. */
const textOf = (value: unknown) =>
  inspect(value, { depth: 20, showHidden: true, maxStringLength: null })

describe('credentials', () => {
  it('never leave the signer', async () => {
    const scope = credentialScope('20260301T120000Z', 'eu-west-1')
    const key = await signingKey(CREDENTIALS.secretAccessKey, scope)
    const secrets = [
      CREDENTIALS.secretAccessKey,
      SECRET,
      toHex(key),
      Buffer.from(key).toString('base64'),
    ]
    const token = CREDENTIALS.sessionToken ?? ''
    const methods = fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'HEAD')
    const paths = fc.constantFrom('', '/parts', '/list', '/complete', '/abort', '/nope')
    const anything = fc.oneof(fc.json(), fc.string(), fc.constant(undefined))
    let failure = 0
    const said: unknown[] = []
    const signer = signerFor(
      { video: { ...VIDEO_RULE, maxSize: '5 TiB', form: true } },
      {
        fetch: async (_, init) => (FAILURES[failure] ?? quotingRefusal)(init),
        onError: (error) => said.push(error),
      },
    )
    const granted = await createOne(signer)
    const waybill = 'waybill' in granted ? granted.waybill : ''
    const bodies = fc.oneof(
      anything,
      fc.constantFrom(
        JSON.stringify({ files: [{ ...FILE, size: 2 ** 40 }] }),
        JSON.stringify({ waybill, uploadId: 'x', from: 1, count: 1 }),
        JSON.stringify({ uploads: [{ waybill }] }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(methods, paths, bodies, fc.nat(4), async (method, path, body, which) => {
        failure = which
        said.length = 0
        const response = await signer.handle({
          method,
          path,
          query: {},
          headers: { 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body }),
        })
        const texts = [response.body, ...Object.values(response.headers), textOf(said)].join('\n')
        for (const secret of secrets) expect(texts).not.toContain(secret)
        // The session token travels with every signature, and with nothing else.
        if (response.status >= 400) expect(texts).not.toContain(token)
        expect(textOf(said)).not.toContain(token)
        expect(textOf(said)).not.toContain('Signature=')
      }),
      { numRuns: 500 },
    )
  })

  it.each([-1000, 0, 999])('that expire in %i ms are not used', async (leftMs) => {
    const expiration = new Date(NOW.getTime() + leftMs)
    const credentials = { ...CREDENTIALS, expiration }
    const signer = signerFor({ video: VIDEO_RULE }, { credentials })
    const message = expect.stringContaining(
      `credentials expired at ${expiration.toISOString()}: get new ones`,
    )
    expect(await createOne(signer)).toMatchObject({
      error: { code: 'CREDENTIALS_EXPIRED', message },
    })
    const renewing = signerFor({ video: VIDEO_RULE }, { credentials: () => credentials })
    expect(await createOne(renewing)).toMatchObject({
      error: { code: 'SIGNER_UNAVAILABLE', message },
    })
  })

  it('sign as long as at least a whole second remains', async () => {
    const expiration = new Date(NOW.getTime() + 1000)
    const credentials = { ...CREDENTIALS, expiration }
    const upload = await createOne(signerFor({ video: VIDEO_RULE }, { credentials }))
    expect(upload).toMatchObject({ strategy: 'post', expiration: expiration.toISOString() })
  })

  it('are requested each time if a function provides them', async () => {
    let asked = 0
    const credentials = async () => {
      asked += 1
      return CREDENTIALS
    }
    const signer = signerFor({ video: VIDEO_RULE }, { credentials })
    await createOne(signer)
    await createOne(signer)
    expect(asked).toBe(2)
  })
})
