/**
 * Conditional reads and writes.
 *
 * @module
 */

import { type Case, following, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { shaped, versioning } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const ETAG = '"5d41402abc4b2a76b9719d911017c592"'
const OTHER = '"00000000000000000000000000000000"'
const PAST = 'Thu, 01 Jan 2015 00:00:00 GMT'
const FUTURE = 'Thu, 01 Jan 2999 00:00:00 GMT'

const read =
  (headers: Record<string, string>, method = 'GET') =>
  async (system: System) => {
    await system.put(system.key, 'hello')
    return system.signed({ method, key: system.key, headers })
  }

const write =
  (headers: Record<string, string>, { exists = true, method = 'PUT' } = {}) =>
  async (system: System) => {
    if (exists) await system.put(system.key, 'hello')
    const body = method === 'PUT' ? { body: 'new' } : {}
    return system.signed({ method, key: system.key, headers, ...body })
  }

const head = async (system: System) => system.expectReply(200, { method: 'HEAD', key: system.key })

const reads = (title: string, headers: Record<string, string>, status: number): Case => ({
  title,
  see: PAGES.conditionalReads,
  request: read(headers),
  status: status === 412 ? '412 PreconditionFailed' : status,
  ...(status === 304 ? { body: '', headers: { etag: ETAG } } : {}),
})

export const CONDITIONS = following(PAGES.conditionalWrites, [
  reads('returns an object with the requested ETag', { 'if-match': ETAG }, 200),
  reads('compares ETags without quotes too', { 'if-match': ETAG.slice(1, -1) }, 200),
  reads('accepts * as any ETag', { 'if-match': '*' }, 200),
  reads('refuses an object with a different ETag', { 'if-match': OTHER }, 412),
  reads('sends nothing if the client already has the object', { 'if-none-match': ETAG }, 304),
  reads('finds the ETag in a list', { 'if-none-match': `${OTHER}, ${ETAG}` }, 304),
  reads('sends the object if the client does not have it', { 'if-none-match': OTHER }, 200),
  {
    title: 'sends nothing if the object has not changed since',
    see: PAGES.conditionalReads,
    request: async (system) => {
      const { headers } = await system.put(system.key, 'hello').then(() => head(system))
      const since = { 'if-modified-since': headers['last-modified'] ?? '' }
      return system.signed({ key: system.key, headers: since })
    },
    status: 304,
    body: '',
    headers: { etag: ETAG },
  },
  {
    ...reads('ignores a date in the future', { 'if-modified-since': FUTURE }, 200),
    see: PAGES.seen('conditional'),
  },
  reads('sends an object that has changed since', { 'if-modified-since': PAST }, 200),
  reads('returns an object that has not changed since', { 'if-unmodified-since': FUTURE }, 200),
  reads('refuses an object that has changed since', { 'if-unmodified-since': PAST }, 412),
  reads(
    'evaluates If-Match before If-Unmodified-Since',
    { 'if-match': ETAG, 'if-unmodified-since': PAST },
    200,
  ),
  reads(
    'evaluates If-None-Match before If-Modified-Since',
    { 'if-none-match': OTHER, 'if-modified-since': FUTURE },
    200,
  ),
  reads('ignores an invalid date', { 'if-modified-since': 'yesterday' }, 200),
  {
    title: 'answers a conditional HEAD like the GET',
    see: PAGES.conditionalReads,
    request: read({ 'if-none-match': ETAG }, 'HEAD'),
    status: 304,
    body: '',
  },
  {
    title: 'refuses a conditional HEAD like the GET',
    see: PAGES.conditionalReads,
    request: read({ 'if-match': OTHER }, 'HEAD'),
    status: 412,
    body: '',
  },
  {
    title: 'returns a range if the object is unchanged',
    see: PAGES.api('GetObject'),
    request: read({ range: 'bytes=0-1', 'if-range': ETAG }),
    status: 206,
    body: 'he',
  },
  {
    title: 'returns the whole object if it has changed',
    see: PAGES.api('GetObject'),
    request: read({ range: 'bytes=0-1', 'if-range': OTHER }),
    body: 'hello',
  },

  {
    title: 'stores with If-None-Match: * if there is no object',
    request: write({ 'if-none-match': '*' }, { exists: false }),
    effect: stored('new'),
  },
  {
    title: 'refuses If-None-Match: * if there is an object',
    request: write({ 'if-none-match': '*' }),
    status: '412 PreconditionFailed',
    body: /<Condition>If-None-Match</,
    effect: stored('hello'),
  },
  {
    title: "does not support an ETag in a write's If-None-Match",
    see: PAGES.recorded('test_s3_api'),
    request: write({ 'if-none-match': OTHER }),
    status: '501 NotImplemented',
    body: /<Header>If-None-Match<\/Header><additionalMessage>/,
    effect: stored('hello'),
  },
  ...[{ 'if-match': '*' }, { 'if-match': '"*"' }, { 'if-match': ETAG, 'if-none-match': '*' }].map(
    (headers): Case => ({
      title: `does not support ${JSON.stringify(headers)} on a write`,
      see: PAGES.seen('conditional'),
      request: write(headers),
      status: '501 NotImplemented',
      effect: stored('hello'),
    }),
  ),
  {
    title: 'replaces an object if If-Match has its ETag',
    request: write({ 'if-match': ETAG }),
    effect: stored('new'),
  },
  {
    title: "refuses If-Match with another object's ETag",
    request: write({ 'if-match': OTHER }),
    status: '412 PreconditionFailed',
    effect: stored('hello'),
  },
  {
    title: 'refuses If-Match if there is no object',
    request: write({ 'if-match': ETAG }, { exists: false }),
    status: '404 NoSuchKey',
    effect: storedNothing,
  },
  {
    title: 'deletes an object if If-Match has its ETag',
    see: PAGES.api('DeleteObject'),
    request: write({ 'if-match': ETAG }, { method: 'DELETE' }),
    status: 204,
    effect: storedNothing,
  },
  {
    title: 'refuses to delete an object if If-Match has another ETag',
    see: PAGES.api('DeleteObject'),
    request: write({ 'if-match': OTHER }, { method: 'DELETE' }),
    status: '412 PreconditionFailed',
    effect: stored('hello'),
  },
  ...[{ 'x-amz-if-match-size': '5' }, { 'x-amz-if-match-last-modified-time': PAST }].map(
    (headers): Case => ({
      title: `deletes nothing with ${Object.keys(headers)}, which is only for directory buckets`,
      see: PAGES.seen('directory_bucket_features'),
      request: write(headers, { method: 'DELETE' }),
      status: '501 NotImplemented',
      effect: stored('hello'),
    }),
  ),
  ...[ETAG, OTHER].map(
    (etag): Case => ({
      title: `deletes no version with If-Match, not even ${etag === ETAG ? 'its own' : 'another'}`,
      see: PAGES.seen('conditional'),
      request: async (system) => {
        await versioning(system, 'Enabled')
        const { headers } = await system.put(system.key, 'hello')
        const query = { versionId: headers['x-amz-version-id'] ?? '' }
        return system.signed({
          method: 'DELETE',
          key: system.key,
          query,
          headers: { 'if-match': etag },
        })
      },
      status: '501 NotImplemented',
      effect: shaped('V*'),
    }),
  ),
  {
    title: 'lets exactly one of several concurrent conditional writes succeed',
    request: async (system) => {
      const one = await write({ 'if-none-match': '*' }, { exists: false })(system)
      const replies = await Promise.all([system.send(one), system.send(one), system.send(one)])
      const won = replies.filter((reply) => reply.status === 200).length
      if (won !== 1)
        throw new Error(`${won} of 3 writes won: ${replies.map((reply) => reply.status)}`)
      return one
    },
    status: 412,
    effect: stored('new'),
  },
])
