/**
 * Retention and legal holds of versions.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type Case, following, headed, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  daysAhead,
  document,
  enableLock,
  locked,
  retentionHeaders,
  retentionXml,
} from '../../request/lock-case.ts'
import type { System } from '../../system.ts'

const SEEN = PAGES.seen('object_lock')
/** Verified on AWS by its own tests, 2025. */
const MOTO = 'https://github.com/getmoto/moto/blob/HEAD/tests/test_s3/test_s3_lock.py'
/** Verified on AWS by its own tests, 2025. */
const S3MOCK = 'https://github.com/adobe/S3Mock – LegalHoldIT and RetentionIT'
const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html'

const BYPASS = { 'x-amz-bypass-governance-retention': 'true' }
const MD5 = { 'content-md5': createHash('md5').update('hello').digest('base64') }
const PROTECTED = /<Message>Access Denied because object protected by object lock\.<\/Message>/

const governed = (days = 2) => retentionHeaders('GOVERNANCE', daysAhead(days))
const HELD = { 'x-amz-object-lock-legal-hold': 'ON' }
const NOT_HELD = { 'x-amz-object-lock-legal-hold': 'OFF' }

/** What HEAD returns. */
const LOCKED = {
  ...HELD,
  'x-amz-object-lock-mode': 'GOVERNANCE',
  'x-amz-object-lock-retain-until-date': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
}

const removed =
  (headers: () => Record<string, string>, more: Record<string, string> = {}) =>
  async (system: System) => {
    const versionId = await locked(system, headers())
    return system.signed({ method: 'DELETE', key: system.key, query: { versionId }, headers: more })
  }

/** Deletes a version in governance mode with DeleteObjects. */
const listed = (headers: Record<string, string>) => async (system: System) => {
  const id = await locked(system, governed())
  const body = `<Delete><Object><Key>${system.key}</Key><VersionId>${id}</VersionId></Object></Delete>`
  return system.signed({ method: 'POST', query: { delete: '' }, body, md5: true, headers })
}

const refused = (title: string, see: string, request: Case['request']): Case => ({
  title,
  see,
  request,
  status: '403 AccessDenied',
  body: PROTECTED,
})

/** Puts a retention over one in governance mode that ends in two days. */
const replaced =
  (mode: string, days: number, headers: Record<string, string> = {}) =>
  async (system: System) => {
    await locked(system, governed())
    const body = retentionXml(mode, daysAhead(days))
    return document(system, { retention: '' }, body, { key: system.key, headers })
  }

const COPIES = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html'

/** Asks for the headers of a copy. */
const copied =
  (from: Record<string, string>, to: Record<string, string>) => async (system: System) => {
    await locked(system, from)
    const source = `${encodeURI(`/${system.bucket}/${system.key}`).replace('+', '%2B')}`
    const headers = { ...to, 'x-amz-copy-source': source }
    await system.expectReply(200, { method: 'PUT', key: 'copy', headers })
    return system.signed({ method: 'HEAD', key: 'copy' })
  }

const put = (headers: () => Record<string, string>) => async (system: System) => {
  await enableLock(system)
  return system.signed({ method: 'PUT', key: system.key, body: 'hello', headers: headers() })
}

const RECORDED = PAGES.recorded('test_s3')

const malformedPut = (
  title: string,
  headers: () => Record<string, string>,
  body: RegExp,
  see = SEEN,
): Case => ({
  title,
  see,
  request: put(() => ({ ...MD5, ...headers() })),
  status: '400 InvalidArgument',
  body,
})

/** Asks about the lock of an object in a bucket without Object Lock. */
const withoutLock = (title: string, query: string, body?: string): Case => ({
  title,
  see: query === 'retention' ? SEEN : S3MOCK,
  request: async (system) => {
    await system.put(system.key, 'hello')
    const key = system.key
    if (body === undefined) return system.signed({ key, query: { [query]: '' } })
    return document(system, { [query]: '' }, body, { key })
  },
  status: '400 InvalidRequest',
  body: /<Message>Bucket is missing Object Lock Configuration<\/Message>/,
})

const malformed = (title: string, query: string, body: string): Case => ({
  title,
  see: SEEN,
  request: async (system) => {
    await locked(system)
    return document(system, { [query]: '' }, body, { key: system.key })
  },
  status: '400 MalformedXML',
})

const unset = (query: string): Case => ({
  title: `has no ${query} for an object that never had one`,
  see: S3MOCK,
  request: async (system) => {
    await locked(system)
    return system.signed({ key: system.key, query: { [query]: '' } })
  },
  status: '404 NoSuchObjectLockConfiguration',
  body: /<Message>The specified object does not have a ObjectLock configuration<\/Message><RequestId>/,
})

export const OBJECT_LOCK = following(SEEN, [
  refused('keeps a version in governance mode', MOTO, removed(governed)),
  refused(
    'keeps a version under a legal hold',
    SEEN,
    removed(() => HELD),
  ),
  refused(
    'keeps a version under a legal hold, even with a bypass',
    GUIDE,
    removed(() => HELD, BYPASS),
  ),
  {
    title: 'deletes a version in governance mode if the caller bypasses it',
    request: removed(governed, BYPASS),
    status: 204,
  },
  {
    title: 'keeps a listed version in governance mode',
    see: PAGES.api('DeleteObjects'),
    request: listed({}),
    body: /<Error>.*<Code>AccessDenied<\/Code><Message>Access Denied because object protected by/,
    effect: stored('hello'),
  },
  {
    title: 'deletes a listed version in governance mode if the caller bypasses it',
    see: PAGES.api('DeleteObjects'),
    request: listed(BYPASS),
    body: /<Deleted>/,
  },
  {
    title: 'deletes a version whose legal hold is off',
    request: removed(() => NOT_HELD),
    status: 204,
  },
  refused('refuses to shorten a governance retention', SEEN, replaced('GOVERNANCE', 1)),
  {
    title: 'shortens a governance retention if the caller bypasses it',
    request: replaced('GOVERNANCE', 1, BYPASS),
  },
  { title: 'extends a governance retention', request: replaced('GOVERNANCE', 3) },
  refused(
    'refuses to change a governance retention to compliance',
    SEEN,
    replaced('COMPLIANCE', 2),
  ),
  refused('refuses to remove a governance retention', GUIDE, async (system) => {
    await locked(system, governed())
    return document(system, { retention: '' }, '<Retention/>', { key: system.key })
  }),
  {
    title: 'removes a governance retention if the caller bypasses it',
    see: GUIDE,
    request: async (system) => {
      await locked(system, governed())
      const to = { key: system.key, headers: BYPASS }
      return document(system, { retention: '' }, '<Retention/>', to)
    },
  },
  {
    title: "returns the lock in an object's headers",
    request: async (system) => {
      await locked(system, { ...governed(), ...HELD })
      return system.signed({ method: 'HEAD', key: system.key })
    },
    headers: LOCKED,
  },
  {
    title: 'returns a retention',
    see: S3MOCK,
    request: async (system) => {
      await locked(system, governed())
      return system.signed({ key: system.key, query: { retention: '' } })
    },
    body: /<Mode>GOVERNANCE<\/Mode><RetainUntilDate>\d{4}-\d\d-\d\dT[\d:.]+Z<\/RetainUntilDate>/,
  },
  {
    title: 'returns a legal hold that is off',
    see: S3MOCK,
    request: async (system) => {
      await locked(system, NOT_HELD)
      return system.signed({ key: system.key, query: { 'legal-hold': '' } })
    },
    body: /<Status>OFF<\/Status>/,
    effect: headed(NOT_HELD),
  },
  {
    title: 'returns no lock if there is none',
    see: PAGES.api('HeadObject'),
    request: async (system) => {
      await locked(system)
      return system.signed({ method: 'HEAD', key: system.key })
    },
    headers: {
      'x-amz-object-lock-mode': undefined,
      'x-amz-object-lock-retain-until-date': undefined,
      'x-amz-object-lock-legal-hold': undefined,
    },
  },
  {
    title: "does not copy an object's lock",
    see: COPIES,
    request: copied({ ...HELD, ...governed() }, {}),
    headers: { 'x-amz-object-lock-mode': undefined, 'x-amz-object-lock-legal-hold': undefined },
  },
  {
    title: 'locks a copy when asked to',
    see: COPIES,
    request: copied({}, { ...HELD, ...governed() }),
    headers: LOCKED,
  },
  ...['true', 'false'].map(
    (bypass): Case => ({
      title: `refuses a bypass in a bucket without Object Lock: ${bypass}`,
      see: PAGES.recorded('test_s3_api'),
      request: async (system) => {
        await system.put(system.key, 'hello')
        const headers = { 'x-amz-bypass-governance-retention': bypass }
        return system.signed({ method: 'DELETE', key: system.key, headers })
      },
      status: '400 InvalidArgument',
      body: /<Message>x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets\.<\/Message><ArgumentName>x-amz-bypass-governance-retention<\/ArgumentName><RequestId>/,
      effect: stored('hello'),
    }),
  ),
  {
    title: 'refuses to lock an object in a bucket without Object Lock',
    request: (system) =>
      system.signed({
        method: 'PUT',
        key: system.key,
        body: 'hello',
        headers: { ...MD5, ...governed() },
      }),
    status: '400 InvalidRequest',
  },
  {
    title: 'requires a digest for a locked object',
    see: PAGES.api('PutObject'),
    request: put(governed),
    status: '400 InvalidRequest',
    body: /Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters/,
  },
  {
    title: 'accepts a checksum as the digest',
    see: PAGES.api('PutObject'),
    request: put(() => ({
      ...governed(),
      'x-amz-checksum-sha256': createHash('sha256').update('hello').digest('base64'),
    })),
  },
  malformedPut(
    'refuses a mode without a date',
    () => ({ 'x-amz-object-lock-mode': 'GOVERNANCE' }),
    /must both be supplied<\/Message><ArgumentName>x-amz-object-lock-retain-until-date<\/ArgumentName><RequestId>/,
    RECORDED,
  ),
  malformedPut(
    'refuses a date without a mode',
    () => ({ 'x-amz-object-lock-retain-until-date': daysAhead(1) }),
    /must both be supplied<\/Message><ArgumentName>x-amz-object-lock-mode<\/ArgumentName><RequestId>/,
    RECORDED,
  ),
  malformedPut(
    'refuses a mode in lower case',
    () => retentionHeaders('governance', daysAhead(1)),
    /Unknown wormMode directive/,
    PAGES.api('PutObject'),
  ),
  malformedPut(
    'refuses a date that has passed',
    () => retentionHeaders('GOVERNANCE', daysAhead(-1)),
    /The retain until date must be in the future!/,
  ),
  malformedPut(
    'refuses an invalid date',
    () => retentionHeaders('GOVERNANCE', 'tomorrow'),
    /ISO 8601/,
    PAGES.api('PutObject'),
  ),
  malformedPut(
    'refuses a legal hold that is neither on nor off',
    () => ({ 'x-amz-object-lock-legal-hold': 'on' }),
    /Legal Hold must be either of/,
    PAGES.api('PutObject'),
  ),
  withoutLock('returns no retention in a bucket without Object Lock', 'retention'),
  withoutLock(
    'refuses to set a retention in a bucket without Object Lock',
    'retention',
    retentionXml('GOVERNANCE', daysAhead(1)),
  ),
  withoutLock('returns no legal hold in a bucket without Object Lock', 'legal-hold'),
  withoutLock(
    'refuses to place a legal hold in a bucket without Object Lock',
    'legal-hold',
    '<LegalHold><Status>ON</Status></LegalHold>',
  ),
  unset('retention'),
  unset('legal-hold'),
  malformed('refuses an unknown mode', 'retention', retentionXml('abc', daysAhead(1))),
  malformed(
    'refuses a retention without a mode',
    'retention',
    `<Retention><RetainUntilDate>${daysAhead(1)}</RetainUntilDate></Retention>`,
  ),
  malformed(
    'refuses a retention without a date',
    'retention',
    '<Retention><Mode>GOVERNANCE</Mode></Retention>',
  ),
  malformed(
    'refuses a retention in another element',
    'retention',
    retentionXml('GOVERNANCE', daysAhead(1)).replaceAll('Retention>', 'ObjectLockRetention>'),
  ),
  malformed(
    'refuses an unknown legal hold status',
    'legal-hold',
    '<LegalHold><Status>abc</Status></LegalHold>',
  ),
  {
    title: 'refuses a retention in the past',
    see: PAGES.recorded('test_s3'),
    request: async (system) => {
      await locked(system)
      const body = retentionXml('GOVERNANCE', daysAhead(-1))
      return document(system, { retention: '' }, body, { key: system.key })
    },
    status: '400 InvalidArgument',
    body: /The retain until date must be in the future!/,
  },
  {
    title: 'requires a digest for a retention',
    see: PAGES.api('PutObjectRetention'),
    request: async (system) => {
      await locked(system)
      const body = retentionXml('GOVERNANCE', daysAhead(1))
      return system.signed({ method: 'PUT', key: system.key, query: { retention: '' }, body })
    },
    status: '400 InvalidRequest',
  },
  {
    title: 'sets the retention of the newest version, unless another is named',
    request: async (system) => {
      const first = await locked(system)
      await system.put(system.key, 'second')
      const body = retentionXml('GOVERNANCE', daysAhead(1))
      await system.expect(200, await document(system, { retention: '' }, body, { key: system.key }))
      return system.signed({ key: system.key, query: { retention: '', versionId: first } })
    },
    status: '404 NoSuchObjectLockConfiguration',
  },
  {
    title: "refuses to return a delete marker's retention",
    see: PAGES.api('GetObjectRetention'),
    request: async (system) => {
      await locked(system, governed())
      const marker = await system.signed({ method: 'DELETE', key: system.key })
      const { headers } = await system.expect(204, marker)
      const versionId = headers['x-amz-version-id'] ?? ''
      return system.signed({ key: system.key, query: { retention: '', versionId } })
    },
    status: '405 MethodNotAllowed',
  },
])
