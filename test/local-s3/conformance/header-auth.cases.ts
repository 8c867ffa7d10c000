/**
 * Requests signed in the `Authorization` header.
 *
 * @module
 */

import { type Case, storedNothing } from './case.ts'
import { PAGES } from './pages.ts'
import type { RawRequest } from './raw-request.ts'
import type { SignOptions } from './signing.ts'
import type { Ask, World } from './world.ts'

const minutes = (count: number) => new Date(Date.now() + count * 60_000)

/** PUTs the world's object with one thing changed. */
const put =
  (ask: Ask<SignOptions> = {}) =>
  (world: World) =>
    world.signed({ method: 'PUT', key: world.key, body: 'hello', ...ask })

/** Changes a request after it has been signed. */
const afterwards =
  (change: (raw: RawRequest) => Partial<RawRequest>, ask: Ask<SignOptions> = {}) =>
  async (world: World): Promise<RawRequest> => {
    const raw = await put(ask)(world)
    return { ...raw, ...change(raw) }
  }

const authorization = (change: (header: string) => string) =>
  afterwards(({ headers }) => ({
    headers: { ...headers, authorization: change(headers.authorization ?? '') },
  }))

const refusal = (
  title: string,
  request: Case['request'],
  status: number,
  code: string,
  see: string = PAGES.headerAuth,
): Case => ({ title, see, request, status, code, effect: storedNothing })

export const HEADER_AUTH: readonly Case[] = [
  {
    title: 'takes a PUT whose header signature is right',
    see: PAGES.headerAuth,
    request: put(),
    status: 200,
    headers: { etag: '"5d41402abc4b2a76b9719d911017c592"' },
  },
  {
    title: 'takes a clock that is 14 minutes slow',
    see: PAGES.commonHeaders,
    request: put({ now: minutes(-14) }),
    status: 200,
  },
  {
    title: 'takes a clock that is 14 minutes fast',
    see: PAGES.commonHeaders,
    request: put({ now: minutes(14) }),
    status: 200,
  },
  {
    title: 'takes an unsigned payload',
    see: PAGES.headerAuth,
    request: put({ payloadHash: 'UNSIGNED-PAYLOAD' }),
    status: 200,
  },
  {
    title: 'takes header values with runs of spaces, which both sides fold',
    see: PAGES.headerCanonical,
    request: put({ headers: { 'x-amz-meta-note': 'a   b' } }),
    status: 200,
  },
  refusal(
    'refuses a clock that is 16 minutes slow',
    put({ now: minutes(-16) }),
    403,
    'RequestTimeTooSkewed',
  ),
  refusal(
    'refuses a clock that is 16 minutes fast',
    put({ now: minutes(16) }),
    403,
    'RequestTimeTooSkewed',
  ),
  refusal(
    'refuses a signature with one character changed',
    authorization((header) => header.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signature that is too short',
    authorization((header) => header.slice(0, -1)),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses the right signature for another method',
    afterwards(() => ({ method: 'DELETE' })),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses the right signature for another key',
    afterwards(({ path }) => ({ path: `${path}x` })),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses the right signature with a query that was not signed',
    afterwards(({ path }) => ({ path: `${path}?tagging` })),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signed header with another value',
    afterwards(({ headers }) => ({ headers: { ...headers, 'x-amz-meta-owner': 'b' } }), {
      headers: { 'x-amz-meta-owner': 'a' },
    }),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signed content type with another value',
    afterwards(({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html' } }), {
      headers: { 'content-type': 'text/plain' },
    }),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an x-amz-* header that was not signed',
    put({ unsignedHeaders: { 'x-amz-meta-owner': 'b' } }),
    403,
    'AccessDenied',
    PAGES.headerCanonical,
  ),
  refusal(
    'refuses a signature that does not cover the host',
    put({ signedHeaders: ['x-amz-content-sha256', 'x-amz-date'] }),
    403,
    'AccessDenied',
    PAGES.headerCanonical,
  ),
  refusal(
    'refuses another host than the signed one',
    afterwards(({ headers }) => ({ headers: { ...headers, host: 'elsewhere.example' } })),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a body that is not the signed one',
    afterwards(() => ({ body: Buffer.from('jello') })),
    400,
    'XAmzContentSHA256Mismatch',
    PAGES.errors,
  ),
  refusal(
    'refuses a longer body than the signed one',
    afterwards(() => ({ body: Buffer.from('hello!') })),
    400,
    'XAmzContentSHA256Mismatch',
    PAGES.errors,
  ),
  refusal(
    'refuses a payload hash that is no hash',
    put({ payloadHash: 'abc' }),
    400,
    'InvalidArgument',
    PAGES.commonHeaders,
  ),
  refusal(
    'refuses a request without x-amz-content-sha256',
    afterwards(({ headers: { 'x-amz-content-sha256': _, ...headers } }) => ({ headers })),
    400,
    'InvalidRequest',
    PAGES.commonHeaders,
  ),
  refusal(
    'refuses a request without a date',
    afterwards(({ headers: { 'x-amz-date': _, ...headers } }) => ({ headers })),
    403,
    'AccessDenied',
    PAGES.commonHeaders,
  ),
  refusal(
    'refuses a date that cannot be read',
    afterwards(({ headers }) => ({ headers: { ...headers, 'x-amz-date': '2026-01-01' } })),
    403,
    'AccessDenied',
  ),
  refusal(
    'refuses a credential of another day than x-amz-date',
    authorization((header) => header.replace(/\/\d{8}\//, '/20200101/')),
    400,
    'AuthorizationHeaderMalformed',
  ),
  {
    ...refusal(
      'refuses another region and names its own',
      put({ region: 'mars-north-1' }),
      400,
      'AuthorizationHeaderMalformed',
      PAGES.errors,
    ),
    body: /<Region>[a-z0-9-]+<\/Region>/,
  },
  refusal('refuses another service', put({ service: 'ec2' }), 400, 'AuthorizationHeaderMalformed'),
  refusal(
    'refuses another terminal string',
    authorization((header) => header.replace('aws4_request', 'aws5_request')),
    400,
    'AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses a credential without a scope',
    authorization((header) => header.replace(/Credential=([^/]+)[^,]+/, 'Credential=$1')),
    400,
    'AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses a header without a signature',
    authorization((header) => header.replace(/, Signature=.*$/, '')),
    400,
    'AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses a header without signed headers',
    authorization((header) => header.replace(/SignedHeaders=[^,]+, /, '')),
    400,
    'AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses an access key that it does not know',
    put({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } }),
    403,
    'InvalidAccessKeyId',
    PAGES.errors,
  ),
  refusal(
    'refuses a wrong secret',
    async (world) =>
      put({ credentials: { ...world.target.credentials, secretAccessKey: 'wrong' } })(world),
    403,
    'SignatureDoesNotMatch',
    PAGES.errors,
  ),
  refusal(
    'refuses a session token with a key that has none',
    async (world) =>
      put({ credentials: { ...world.target.credentials, sessionToken: 'x' } })(world),
    400,
    'InvalidToken',
    PAGES.errors,
  ),
  refusal(
    'refuses signature version 2',
    authorization(() => 'AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg='),
    400,
    'InvalidRequest',
    PAGES.errors,
  ),
  refusal(
    'refuses a kind of authorization that it does not know',
    authorization(() => 'Bearer abc'),
    400,
    'InvalidArgument',
    PAGES.errors,
  ),
  refusal(
    'refuses a request that nobody signed',
    afterwards(({ headers }) => ({ headers: { host: headers.host ?? '' } })),
    403,
    'AccessDenied',
    PAGES.errors,
  ),
  refusal(
    'refuses two kinds of authentication at once',
    async (world) => {
      const raw = await put()(world)
      const url = await world.presigned({ method: 'PUT', key: world.key })
      return { ...raw, path: url.path }
    },
    400,
    'InvalidArgument',
    PAGES.errors,
  ),
  {
    title: 'names what it signed itself when a signature does not match',
    see: PAGES.errors,
    request: authorization((header) => `${header.slice(0, -4)}0000`),
    status: 403,
    code: 'SignatureDoesNotMatch',
    body: /<StringToSign>AWS4-HMAC-SHA256\n[\s\S]*<CanonicalRequest>PUT\n/,
  },
  {
    title: 'gives every answer a request id',
    see: PAGES.errors,
    request: put(),
    status: 200,
    headers: { 'x-amz-request-id': /^[0-9A-Z]{16}$/, 'x-amz-id-2': /./ },
  },
  {
    title: 'gives the request id in the error document too',
    see: PAGES.errors,
    request: (world) => world.signed({ key: 'nothing' }),
    status: 404,
    code: 'NoSuchKey',
    effect: async (_, reply) =>
      reply.body.includes(`<RequestId>${reply.headers['x-amz-request-id']}</RequestId>`)
        ? undefined
        : 'the document does not name the request id of the header',
  },
]
