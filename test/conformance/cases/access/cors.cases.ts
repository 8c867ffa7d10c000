/**
 * CORS: its configuration, preflights, and the headers of every answer.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import { type System, textAt } from '../../system.ts'

const RULE = `<CORSRule><ID>app</ID><AllowedOrigin>http://localhost:*</AllowedOrigin><AllowedOrigin>https://app.example</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedHeader>content-type</AllowedHeader><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-amz-checksum-crc64nvme</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>`

const PUBLIC =
  '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>'

async function putCors(system: System, rules: string): Promise<RawRequest> {
  const body = `<CORSConfiguration>${rules}</CORSConfiguration>`
  return system.signed({ method: 'PUT', query: { cors: '' }, body, md5: true })
}

/** Asks a bucket with the rule. */
const ruled =
  (request: (system: System) => Promise<RawRequest>) =>
  async (system: System): Promise<RawRequest> => {
    await system.expect(200, await putCors(system, RULE))
    return request(system)
  }

const put = (headers: Record<string, string>) => ({ method: 'PUT', key: 'a', body: 'x', headers })

/** Sends a preflight to a bucket with both rules. */
const preflight =
  (headers: Record<string, string>) =>
  async (system: System): Promise<RawRequest> => {
    await system.expect(200, await putCors(system, RULE + PUBLIC))
    return {
      method: 'OPTIONS',
      path: `/${system.bucket}/key`,
      headers: { host: system.host, ...headers },
    }
  }

const ORIGIN = 'http://localhost:5173'

const asks = (method: string, origin = ORIGIN, headers?: string) => ({
  origin,
  'access-control-request-method': method,
  ...(headers ? { 'access-control-request-headers': headers } : {}),
})

const forbidden = (title: string, headers: Record<string, string>): Case => ({
  title,
  see: PAGES.corsTroubles,
  request: preflight(headers),
  status: '403 AccessForbidden',
  headers: { 'access-control-allow-origin': undefined },
})

const badRule = (title: string, rules: string, code: string): Case => ({
  title,
  see: PAGES.api('PutBucketCors'),
  request: (system) => putCors(system, rules),
  status: `400 ${code}`,
})

export const CORS = following(PAGES.cors, [
  {
    title: 'has no CORS rules by default',
    see: PAGES.api('GetBucketCors'),
    request: (system) => system.signed({ query: { cors: '' } }),
    status: '404 NoSuchCORSConfiguration',
  },
  {
    title: 'returns the CORS rules',
    see: PAGES.api('GetBucketCors'),
    request: ruled((system) => system.signed({ query: { cors: '' } })),
    effect: async (_, reply) => {
      const rule = [
        textAt(reply, 'CORSRule', 'ID'),
        textAt(reply, 'CORSRule', 'AllowedOrigin'),
        textAt(reply, 'CORSRule', 'MaxAgeSeconds'),
      ].join()
      return rule === 'app,http://localhost:*,600' ? undefined : `rule is ${rule}`
    },
  },
  {
    title: 'deletes the CORS rules',
    see: PAGES.api('DeleteBucketCors'),
    request: ruled(async (system) => {
      await system.expectReply(204, { method: 'DELETE', query: { cors: '' } })
      return system.signed({ query: { cors: '' } })
    }),
    status: '404 NoSuchCORSConfiguration',
  },
  {
    ...badRule('refuses 101 rules', PUBLIC.repeat(101), 'InvalidRequest'),
    see: PAGES.seen('cors'),
  },
  badRule('refuses CORS without a rule', '', 'MalformedXML'),
  badRule(
    'refuses a CORS rule without an origin',
    '<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>',
    'MalformedXML',
  ),
  badRule(
    'refuses a CORS method that S3 does not have',
    '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod></CORSRule>',
    'InvalidRequest',
  ),
  badRule(
    'refuses an origin with two wildcards',
    '<CORSRule><AllowedOrigin>http://*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>',
    'InvalidRequest',
  ),
  badRule(
    'refuses a wildcard among the exposed headers',
    '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><ExposeHeader>x-*</ExposeHeader></CORSRule>',
    'InvalidRequest',
  ),
  badRule(
    'refuses an exposed header with a line break',
    '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><ExposeHeader>a&#13;&#10;set-cookie: b</ExposeHeader></CORSRule>',
    'InvalidRequest',
  ),
  {
    title: 'refuses CORS without a digest',
    see: PAGES.api('PutBucketCors'),
    request: (system) =>
      system.signed({
        method: 'PUT',
        query: { cors: '' },
        body: `<CORSConfiguration>${RULE}</CORSConfiguration>`,
      }),
    status: '400 InvalidRequest',
  },
  {
    title: 'accepts a preflight that matches a rule',
    request: preflight(asks('PUT', ORIGIN, 'Content-Type, x-amz-meta-a')),
    body: '',
    headers: {
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'PUT, POST',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-expose-headers': 'ETag, x-amz-checksum-crc64nvme',
      'access-control-max-age': '600',
      'access-control-allow-credentials': 'true',
      vary: /Origin/,
    },
  },
  {
    title: 'accepts a preflight without request headers',
    request: preflight(asks('POST')),
    headers: { 'access-control-allow-origin': ORIGIN, 'access-control-allow-headers': undefined },
  },
  {
    title: 'answers a preflight with * if any origin is allowed',
    request: preflight(asks('GET', 'https://other.example')),
    headers: { 'access-control-allow-origin': '*', 'access-control-allow-credentials': undefined },
  },
  forbidden('refuses a preflight from another origin', asks('PUT', 'https://evil.example')),
  forbidden('compares origins exactly', asks('PUT', 'https://app.example.evil.example')),
  forbidden('compares schemes too', asks('PUT', 'http://app.example')),
  forbidden('refuses a preflight for another method', asks('DELETE')),
  forbidden(
    'refuses a preflight with another header',
    asks('PUT', ORIGIN, 'content-type, authorization'),
  ),
  ...(
    [
      ['to a bucket without CORS', '', asks('PUT'), 'CORS is not enabled for this bucket.', 'PUT'],
      [
        'without a method to a bucket without CORS',
        '',
        { origin: ORIGIN },
        'CORS is not enabled for this bucket.',
        'OPTIONS',
      ],
      [
        'to a bucket that does not exist',
        '-absent',
        { origin: ORIGIN },
        'Bucket not found',
        'OPTIONS',
      ],
    ] as const
  ).map(
    ([what, ending, headers, message, method]): Case => ({
      title: `refuses a preflight ${what}, with the reason`,
      see: PAGES.recorded('test_s3_cors'),
      request: async ({ bucket, host }) => ({
        method: 'OPTIONS',
        path: `/${bucket}${ending}/key`,
        headers: { host, ...headers },
      }),
      status: '403 AccessForbidden',
      body: new RegExp(
        `<Message>CORSResponse: ${message}</Message><Method>${method}</Method><ResourceType>BUCKET<`,
      ),
    }),
  ),
  {
    title: 'refuses a preflight without an origin',
    see: PAGES.corsTroubles,
    request: preflight({ 'access-control-request-method': 'PUT' }),
    status: '400 BadRequest',
  },
  {
    title: 'refuses a preflight without a method',
    see: PAGES.corsTroubles,
    request: preflight({ origin: ORIGIN }),
    status: '400 BadRequest',
  },
  {
    title: 'adds CORS headers to a successful response',
    request: ruled((system) => system.signed(put({ origin: ORIGIN }))),
    headers: {
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'ETag, x-amz-checksum-crc64nvme',
    },
  },
  {
    title: 'adds CORS headers to an error',
    request: ruled(async ({ bucket, host }) => {
      const headers = { host, origin: ORIGIN }
      return { method: 'PUT', path: `/${bucket}/a`, headers, body: Buffer.from('x') }
    }),
    status: '403 AccessDenied',
    headers: { 'access-control-allow-origin': ORIGIN },
  },
  {
    title: 'adds CORS headers to the error for a form',
    request: ruled(async (system) => {
      const raw = await system.form({ expiration: new Date(0) })
      return { ...raw, headers: { ...raw.headers, origin: ORIGIN } }
    }),
    status: '403 AccessDenied',
    headers: { 'access-control-allow-origin': ORIGIN },
  },
  {
    title: 'adds no CORS headers for another origin',
    request: ruled((system) => system.signed(put({ origin: 'https://evil.example' }))),
    headers: { 'access-control-allow-origin': undefined },
  },
  {
    title: 'adds no CORS headers for another method',
    request: ruled((system) =>
      system.signed({ method: 'DELETE', key: 'a', headers: { origin: ORIGIN } }),
    ),
    status: 204,
    headers: { 'access-control-allow-origin': undefined },
  },
  ...[
    { 'access-control-request-method': 'DELETE' },
    { 'access-control-request-headers': 'authorization' },
  ].map(
    (headers): Case => ({
      title: `sends no CORS headers if ${Object.keys(headers)} in a request is not allowed`,
      see: PAGES.recorded('test_s3_cors'),
      request: ruled((system) => system.signed(put({ origin: ORIGIN, ...headers }))),
      headers: { 'access-control-allow-origin': undefined },
    }),
  ),
])
