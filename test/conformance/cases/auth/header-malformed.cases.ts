/**
 * The `Authorization` header: payload hashes, dates, scopes, credentials.
 *
 * @module
 */

import { following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { afterwards, authorization, put, refusal } from '../../request/header-auth-case.ts'

export const HEADER_MALFORMED = following(PAGES.errors, [
  refusal(
    'refuses a body other than the signed one',
    afterwards(() => ({ body: Buffer.from('jello') })),
    '400 XAmzContentSHA256Mismatch',
    PAGES.errors,
  ),
  refusal(
    'refuses a longer body than the signed one',
    afterwards(() => ({ body: Buffer.from('hello!') })),
    '400 XAmzContentSHA256Mismatch',
    PAGES.errors,
  ),
  refusal(
    'refuses a payload hash that is not a hash',
    put({ payloadHash: 'abc' }),
    '400 InvalidArgument',
    PAGES.commonHeaders,
  ),
  refusal(
    'refuses a request without x-amz-content-sha256',
    afterwards(({ headers: { 'x-amz-content-sha256': _, ...headers } }) => ({ headers })),
    '400 InvalidRequest',
    PAGES.commonHeaders,
  ),
  refusal(
    'refuses a request without a date',
    afterwards(({ headers: { 'x-amz-date': _, ...headers } }) => ({ headers })),
    '403 AccessDenied',
    PAGES.commonHeaders,
  ),
  refusal(
    'refuses an invalid date',
    afterwards(({ headers }) => ({ headers: { ...headers, 'x-amz-date': '2026-01-01' } })),
    '403 AccessDenied',
  ),
  refusal(
    'refuses a credential for a different day than x-amz-date',
    authorization((header) => header.replace(/\/\d{8}\//, '/20200101/')),
    '400 AuthorizationHeaderMalformed',
  ),
  {
    ...refusal(
      'refuses another region and names the right one',
      put({ region: 'mars-north-1' }),
      '400 AuthorizationHeaderMalformed',
      PAGES.errors,
    ),
    body: /<Region>[a-z0-9-]+<\/Region>/,
  },
  refusal('refuses another service', put({ service: 'ec2' }), '400 AuthorizationHeaderMalformed'),
  refusal(
    'refuses another terminal string',
    authorization((header) => header.replace('aws4_request', 'aws5_request')),
    '400 AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses a credential without a scope',
    authorization((header) => header.replace(/Credential=([^/]+)[^,]+/, 'Credential=$1')),
    '400 AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses a header without a signature',
    authorization((header) => header.replace(/, Signature=.*$/, '')),
    '400 AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses a header without signed headers',
    authorization((header) => header.replace(/SignedHeaders=[^,]+, /, '')),
    '400 AuthorizationHeaderMalformed',
  ),
  refusal(
    'refuses an unknown access key',
    put({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } }),
    '403 InvalidAccessKeyId',
    PAGES.errors,
  ),
  refusal(
    'refuses a wrong secret',
    async (system) =>
      put({ credentials: { ...system.target.credentials, secretAccessKey: 'wrong' } })(system),
    '403 SignatureDoesNotMatch',
    PAGES.errors,
  ),
  refusal(
    'refuses a session token with a key that does not use one',
    async (system) =>
      put({ credentials: { ...system.target.credentials, sessionToken: 'x' } })(system),
    '400 InvalidToken',
    PAGES.errors,
  ),
  refusal(
    'refuses an unknown kind of authorization',
    authorization(() => 'Bearer abc'),
    '400 InvalidArgument',
    PAGES.errors,
  ),
  refusal(
    'refuses an unsigned request',
    afterwards(({ headers }) => ({ headers: { host: headers.host ?? '' } })),
    '403 AccessDenied',
    PAGES.errors,
  ),
  refusal(
    'refuses two kinds of authentication at once',
    async (system) => {
      const raw = await put()(system)
      const url = await system.presigned({ method: 'PUT', key: system.key })
      return { ...raw, path: url.path }
    },
    '400 InvalidArgument',
    PAGES.errors,
  ),
  {
    title: 'returns its own string to sign if a signature does not match',
    request: authorization((header) => `${header.slice(0, -4)}0000`),
    status: '403 SignatureDoesNotMatch',
    body: /<StringToSign>AWS4-HMAC-SHA256\n[\s\S]*<CanonicalRequest>PUT\n/,
  },
  ...[9000, 20_000].map((length) =>
    refusal(
      `refuses headers of ${length} bytes`,
      put({ headers: { 'x-long': 'a'.repeat(length) } }),
      '400 RequestHeaderSectionTooLarge',
      'https://github.com/versity/versitygw/issues/2180',
    ),
  ),
  {
    title: 'includes a request id in every response',
    request: put(),
    headers: { 'x-amz-request-id': /^[0-9A-Z]{16}$/, 'x-amz-id-2': /./ },
  },
  {
    title: 'includes the affected key in an error, but no resource',
    see: PAGES.seen('object_crud'),
    request: (system) => system.signed({ key: 'nothing' }),
    status: 404,
    body: /<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist\.<\/Message><Key>nothing<\/Key><RequestId>\w+<\/RequestId><HostId>[^<]+<\/HostId><\/Error>$/,
  },
  {
    title: 'includes the request id in the error document, too',
    request: (system) => system.signed({ key: 'nothing' }),
    status: '404 NoSuchKey',
    effect: async (_, reply) =>
      reply.body.includes(`<RequestId>${reply.headers['x-amz-request-id']}</RequestId>`)
        ? undefined
        : 'the document does not name the request id of the header',
  },
])
