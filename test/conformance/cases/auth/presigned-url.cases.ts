/**
 * Presigned URLs.
 *
 * @module
 */

import { type Case, following, headed, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { put, refusal, rewritten } from '../../request/presigned-case.ts'

const LENGTH = { 'content-length': '5' }

export const PRESIGNED_URL = following(PAGES.queryAuth, [
  { title: 'accepts a PUT to a presigned URL', request: put(), effect: stored('hello') },
  {
    title: 'accepts a PUT with the signed length',
    request: put({ headers: LENGTH }),
    effect: stored('hello'),
  },
  { title: 'accepts a URL that is valid for exactly a week', request: put({ expires: '604800' }) },
  {
    title: 'accepts a URL that is valid for some more minutes',
    request: put({ secondsAgo: 3000, expires: '3600' }),
  },
  {
    title: 'accepts signed headers with a PUT',
    request: put({ headers: { 'content-type': 'video/mp4', 'x-amz-meta-owner': 'me' } }),
    effect: headed({ 'x-amz-meta-owner': 'me', 'content-type': 'video/mp4' }),
  },
  {
    title: 'stores metadata signed as query parameters',
    see: 'https://github.com/aws/aws-sdk-js-v3/blob/main/packages/s3-request-presigner/README.md',
    request: put({ query: { 'x-amz-meta-owner': 'me' } }),
    effect: headed({ 'x-amz-meta-owner': 'me' }),
  },
  ...[{}, { 'x-amz-meta-owner': 'me' }].map(
    (sent): Case => ({
      title: `stores metadata signed as a header and a query parameter ${'x-amz-meta-owner' in sent ? 'from both' : 'from the query'}`,
      // The AWS SDK for JavaScript v2 signs it twice.
      see: 'https://github.com/localstack/localstack/blob/HEAD/tests/aws/services/s3/test_s3.py',
      request: async (system) => {
        const twice = { 'x-amz-meta-owner': 'me' }
        const raw = await put({ headers: twice, query: twice })(system)
        return { ...raw, headers: { host: system.host, ...sent } }
      },
      effect: headed({ 'x-amz-meta-owner': 'me' }),
    }),
  ),
  {
    title: 'accepts non-ASCII metadata in the query',
    see: PAGES.recorded('test_s3'),
    request: put({ query: { 'x-amz-meta-name': 'a—_é' } }),
    effect: headed({ 'x-amz-meta-name': '=?UTF-8?B?YeKAlF/DqQ==?=' }),
  },
  ...Object.entries({ 'If-None-Match': '*', 'If-Match': 'd41d8cd98f00b204e9800998ecf8427e' }).map(
    ([name, value]): Case => ({
      title: `evaluates ${name} in the query`,
      see: PAGES.recorded('test_s3'),
      request: async (system) => {
        await system.put(system.key, 'hello')
        return put({ query: { [name]: value }, body: 'other' })(system)
      },
      status: '412 PreconditionFailed',
      effect: stored('hello'),
    }),
  ),
  {
    title: 'ignores a checksum that is only in the query',
    see: 'https://github.com/aws/aws-sdk-go-v2/issues/2610',
    request: put({
      query: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-sdk-checksum-algorithm': 'CRC32' },
    }),
    effect: stored('hello'),
  },
  {
    title: 'returns an object for a presigned GET',
    request: async (system) => {
      await system.put(system.key, 'hello')
      return system.presigned({ key: system.key })
    },
    body: 'hello',
  },
  {
    title: 'overrides response headers as signed',
    see: PAGES.api('GetObject'),
    request: async (system) => {
      await system.put(system.key, 'hello')
      const query = {
        'response-content-type': 'text/x-other',
        'response-content-disposition': 'attachment; filename="a.txt"',
        'response-cache-control': 'no-store',
        'response-content-language': 'fr',
        'response-expires': 'Thu, 01 Jan 2026 00:00:00 GMT',
      }
      return system.presigned({ key: system.key, query })
    },
    headers: {
      'content-type': 'text/x-other',
      'content-disposition': 'attachment; filename="a.txt"',
      'cache-control': 'no-store',
      'content-language': 'fr',
      expires: 'Thu, 01 Jan 2026 00:00:00 GMT',
    },
  },
  refusal(
    'refuses a URL that has expired',
    put({ secondsAgo: 61, expires: '60' }),
    '403 AccessDenied',
  ),
  {
    ...refusal(
      'reports when a URL expired',
      put({ secondsAgo: 61, expires: '60' }),
      '403 AccessDenied',
    ),
    body: /<Message>Request has expired<\/Message>.*<Expires>\d{4}-.*<ServerTime>/,
  },
  refusal(
    'refuses a URL for another method',
    async (system) => ({ ...(await put()(system)), method: 'DELETE' }),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a URL with another key',
    rewritten((path) => path.replace('?', 'x?')),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a URL with an extended lifetime',
    rewritten((path) => path.replace('Expires=300', 'Expires=3000')),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a URL with an additional parameter',
    rewritten((path) => `${path}&x-amz-meta-a=b`),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a URL with a changed signature',
    rewritten((path) => `${path.slice(0, -2)}zz`),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a body longer than the signed length',
    async (system) => ({
      ...(await put({ headers: LENGTH })(system)),
      headers: { host: system.host },
      body: Buffer.from('hello!'),
    }),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a request without the signed content type',
    async (system) => {
      const raw = await put({ headers: { 'content-type': 'video/mp4' } })(system)
      return { ...raw, headers: { ...raw.headers, 'content-type': 'text/html' } }
    },
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an unsigned x-amz-* header',
    put({ unsignedHeaders: { 'x-amz-meta-owner': 'b' } }),
    '403 AccessDenied',
  ),
  refusal(
    'refuses metadata signed as a header and a query parameter if they differ',
    async (system) => {
      const twice = { 'x-amz-meta-owner': 'me' }
      const raw = await put({ headers: twice, query: twice })(system)
      return { ...raw, headers: { host: system.host, 'x-amz-meta-owner': 'you' } }
    },
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an unsigned tagging header',
    put({ unsignedHeaders: { 'x-amz-tagging': 'a=b' } }),
    '403 AccessDenied',
  ),
  refusal(
    'refuses a signature that does not cover the host',
    put({ signedHeaders: ['content-type'], headers: { 'content-type': 'a/b' } }),
    '403 AccessDenied',
  ),
  refusal(
    'refuses an unknown access key',
    put({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } }),
    '403 InvalidAccessKeyId',
  ),
  refusal(
    "refuses a signed SHA-256 that is not the body's",
    async (system) => ({
      ...(await put({
        headers: { 'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' },
      })(system)),
      body: Buffer.from('jello'),
    }),
    '400 BadDigest',
  ),
  refusal(
    'refuses a request without the signed checksum',
    async (system) => {
      const raw = await put({
        headers: { 'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' },
      })(system)
      return { ...raw, headers: { host: system.host } }
    },
    '403 SignatureDoesNotMatch',
  ),
  {
    title: 'refuses response overrides in an unsigned request',
    see: PAGES.api('GetObject'),
    request: async (system) => {
      await system.put(system.key, 'hello')
      return {
        method: 'GET',
        path: `/${system.bucket}/${encodeURI(system.key)}?response-content-type=text/html`,
        headers: { host: system.host },
      }
    },
    status: '403 AccessDenied',
  },
])
