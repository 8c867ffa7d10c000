/**
 * ListBuckets, ListObjectsV2, ListObjects.
 *
 * @module
 */

import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { anonymously, under } from '../../request/policy-case.ts'
import type { Reply } from '../../request/raw-request.ts'
import { type System, textAt } from '../../system.ts'

const V2 = PAGES.api('ListObjectsV2')
const V1 = PAGES.api('ListObjects')

const RECORDED = PAGES.recorded('test_s3_list_operations')

const KEYS = ['a.txt', 'b/1', 'b/2', 'b/c/3', 'd e+&ü', 'z']

const list =
  (query: Record<string, string>, keys: readonly string[] = KEYS) =>
  async (system: System) => {
    for (const key of keys) await system.put(key, key)
    return system.signed({ query })
  }

const v2 = (query: Record<string, string> = {}, keys?: readonly string[]) =>
  list({ 'list-type': '2', ...query }, keys)

/** Keys, then common prefixes in angle brackets. */
function entries(reply: Reply): string {
  if (!reply.xml) return ''
  const keys = childrenOf(reply.xml, 'Contents').map((each) => textOf(each, 'Key'))
  const prefixes = childrenOf(reply.xml, 'CommonPrefixes').map(
    (each) => `<${textOf(each, 'Prefix')}>`,
  )
  return [...keys, ...prefixes].join(' ')
}

const shows =
  (wanted: string, truncated = 'false') =>
  async (_: System, reply: Reply) => {
    const actual = entries(reply)
    if (actual !== wanted) return `lists ${actual}, expected ${wanted}`
    const isTruncated = textAt(reply, 'IsTruncated')
    return isTruncated === truncated ? undefined : `IsTruncated is ${isTruncated}`
  }

const listed = (
  title: string,
  query: Record<string, string>,
  wanted: string,
  truncated?: string,
): Case => ({ title, see: V2, request: v2(query), effect: shows(wanted, truncated) })

const refusal = (title: string, query: Record<string, string>): Case => ({
  title,
  see: V2,
  request: v2(query),
  status: '400 InvalidArgument',
})

/** Follows the pages to their end. */
const pages = (query: Record<string, string>) => async (system: System) => {
  let token: string | undefined
  const seen: string[] = []
  for (let count = 0; count < 20; count += 1) {
    const more = token === undefined ? {} : { 'continuation-token': token }
    const reply = await system.expectReply(200, { query: { 'list-type': '2', ...query, ...more } })
    seen.push(entries(reply))
    token = textAt(reply, 'NextContinuationToken')
    if (token === undefined) break
  }
  return seen.filter((page) => page !== '').join(' ')
}

const paged = (title: string, query: Record<string, string>, wanted: string): Case => ({
  title,
  see: V2,
  request: v2(),
  effect: async (system) => {
    const actual = await pages(query)(system)
    return actual === wanted ? undefined : `pages are ${actual}, expected ${wanted}`
  },
})

export const LISTING = following(V2, [
  {
    title: 'lists buckets',
    see: PAGES.api('ListBuckets'),
    request: (system) => system.signed({ path: '/' }),
    body: /<ListAllMyBucketsResult.*<Bucket><Name>conformance-[\w-]+<\/Name><CreationDate>[^<]+<\/CreationDate><BucketArn>arn:[a-z-]+:s3:::conformance-/,
  },
  {
    title: 'lists buckets with their regions if pages are requested, and ignores an empty token',
    see: RECORDED,
    request: (system) =>
      system.signed({ path: '/', query: { 'max-buckets': '1', 'continuation-token': '' } }),
    body: /<\/CreationDate><BucketRegion>[a-z0-9-]+<\/BucketRegion><BucketArn>/,
  },
  {
    title: 'refuses to list buckets of an unknown region',
    see: RECORDED,
    request: (system) => system.signed({ path: '/', query: { 'bucket-region': 'eu-east-1' } }),
    status: '400 InvalidArgument',
    body: /<Message>Argument value eu-east-1 is not a valid AWS Region<\/Message><ArgumentName>bucket-region</,
  },
  listed('lists keys in order of their bytes', {}, KEYS.join(' ')),
  {
    title: 'lists keys in UTF-8 order, not UTF-16',
    request: v2({}, ['\u{1F600}', '\uFF5E', 'a']),
    effect: shows('a \uFF5E \u{1F600}'),
  },
  {
    title: 'lists an empty bucket',
    request: v2({}, []),
    body: /<KeyCount>0<\/KeyCount>.*<IsTruncated>false</,
    effect: shows(''),
  },
  listed('lists keys with a prefix', { prefix: 'b/' }, 'b/1 b/2 b/c/3'),
  listed('lists nothing for a prefix that no key has', { prefix: 'x' }, ''),
  listed('groups keys at a delimiter', { delimiter: '/' }, 'a.txt d e+&ü z <b/>'),
  listed('groups keys after a prefix', { delimiter: '/', prefix: 'b/' }, 'b/1 b/2 <b/c/>'),
  listed('accepts any text as a delimiter', { delimiter: '.t' }, 'b/1 b/2 b/c/3 d e+&ü z <a.t>'),
  {
    title: 'groups keys at the last Unicode character',
    request: v2({ delimiter: '\u{10FFFF}' }, ['\u{10FFFF}a', '\u{10FFFF}\u{10FFFF}b', 'c']),
    effect: shows('c <\u{10FFFF}>'),
  },
  listed('starts a list after a key', { 'start-after': 'b/2' }, 'b/c/3 d e+&ü z'),
  listed('limits a list to max-keys', { 'max-keys': '2' }, 'a.txt b/1', 'true'),
  listed(
    'counts common prefixes towards the limit',
    { 'max-keys': '2', delimiter: '/' },
    'a.txt <b/>',
    'true',
  ),
  listed('lists nothing if max-keys is 0', { 'max-keys': '0' }, ''),
  paged('pages through all keys', { 'max-keys': '1' }, KEYS.join(' ')),
  paged(
    'pages through keys and common prefixes',
    { 'max-keys': '1', delimiter: '/' },
    'a.txt <b/> d e+&ü z',
  ),
  {
    title: 'encodes keys when asked to',
    request: v2({ 'encoding-type': 'url' }),
    body: /<EncodingType>url<\/EncodingType>.*<Key>d\+e%2B%26%C3%BC</,
  },
  { title: 'escapes keys', request: v2({}, ['<&>']), effect: shows('<&>') },
  {
    title: "echoes the list's parameters",
    request: v2({ prefix: 'b/', delimiter: '/', 'start-after': 'b/0' }),
    body: /<Prefix>b\/<\/Prefix><Delimiter>\/<\/Delimiter><MaxKeys>1000<\/MaxKeys>.*<KeyCount>3<\/KeyCount>.*<StartAfter>b\/0</,
  },
  {
    title: 'includes the owner when asked to',
    request: v2({ 'fetch-owner': 'true' }),
    body: /<Owner><ID>/,
  },
  {
    title: "returns each object's size, ETag, checksum algorithm and class",
    request: v2({}, ['a']),
    body: /<ETag>.{5,6}0cc175b9c0f1b6a831c399e269772661.{5,6}<\/ETag><ChecksumAlgorithm>CRC64NVME<\/ChecksumAlgorithm><ChecksumType>FULL_OBJECT<\/ChecksumType><Size>1<\/Size><StorageClass>STANDARD</,
  },
  refusal('refuses an invalid max-keys', { 'max-keys': 'many' }),
  refusal('refuses a negative max-keys', { 'max-keys': '-1' }),
  refusal('refuses a continuation token it did not issue', { 'continuation-token': 'abc' }),
  refusal('refuses an unknown encoding', { 'encoding-type': 'base64' }),
  {
    title: 'writes characters that XML cannot contain as numeric references',
    see: PAGES.seen('bucket_list'),
    request: v2({}, ['bad\u0001key', 'bad\u001fkey']),
    body: /<Key>bad&#x0?1;key<\/Key>.*<Key>bad&#x1f;key<\/Key>/i,
  },
  {
    title: 'encodes a space as a plus',
    see: PAGES.seen('bucket_list'),
    request: v2({ 'encoding-type': 'url', prefix: 'a \u0001<>&"+' }),
    body: /<Prefix>a\+%01%3C%3E%26%22%2B<\/Prefix>/,
  },
  {
    ...refusal('refuses an empty continuation token', { 'continuation-token': '' }),
    see: 'https://github.com/brekkylab/backlot/issues/205',
  },
  ...['1', '0', '3', 'bogus'].map(
    (type): Case => ({
      title: `lists in the version 1 format if list-type is ${type}`,
      see: 'https://github.com/brekkylab/backlot/pull/204',
      request: list({ 'list-type': type }),
      body: /<Marker\/>/,
    }),
  ),
  {
    title: 'also encodes the prefix in version 1',
    see: PAGES.cephOnAws,
    request: list({ 'encoding-type': 'url', prefix: 'a\n+' }),
    body: /<Prefix>a%0A%2B<\/Prefix>/,
  },
  {
    title: 'cannot list a missing bucket',
    request: (system) => system.signed({ path: `/${system.absent}`, query: { 'list-type': '2' } }),
    status: '404 NoSuchBucket',
  },
  {
    title: 'returns no owners to an anonymous caller',
    see: PAGES.recorded('test_s3'),
    request: under({ Effect: 'Allow', Action: 's3:ListBucket', on: 'bucket' }, anonymously('')),
    body: /<Contents><Key>/,
    effect: async (_, reply) => (reply.body.includes('<Owner>') ? 'names the owner' : undefined),
  },
  {
    title: 'lists in the version 1 format',
    see: V1,
    request: list({}),
    body: /<Marker\/>.*<Owner>/,
    effect: shows(KEYS.join(' ')),
  },
  {
    title: 'lists in the version 1 format after a marker',
    see: V1,
    request: list({ marker: 'b/2' }),
    effect: shows('b/c/3 d e+&ü z'),
  },
  {
    title: 'returns the next marker if there is a delimiter',
    see: V1,
    request: list({ delimiter: '/', 'max-keys': '2' }),
    body: /<NextMarker>b\/<\/NextMarker>/,
    effect: shows('a.txt <b/>', 'true'),
  },
  {
    title: 'returns no next marker if there is no delimiter',
    see: V1,
    request: list({ 'max-keys': '2' }),
    effect: async (_, reply) =>
      textAt(reply, 'NextMarker') === undefined ? undefined : 'there is a NextMarker',
  },
  {
    title: 'skips the common prefix that contains the marker',
    see: RECORDED,
    request: list({ delimiter: '/', marker: 'b/1' }),
    effect: shows('d e+&ü z'),
  },
  {
    title: 'does not repeat start-after on the next page',
    see: RECORDED,
    request: async (system) => {
      const page = await system.expect(200, await v2({ 'max-keys': '1' })(system))
      const token = textAt(page, 'NextContinuationToken') ?? ''
      const query = { 'list-type': '2', 'start-after': 'z', 'continuation-token': token }
      return system.signed({ query })
    },
    effect: async (system, reply) =>
      textAt(reply, 'StartAfter') === undefined
        ? shows('b/1 b/2 b/c/3 d e+&ü z')(system, reply)
        : 'there is a StartAfter',
  },
  ...[{}, { 'list-type': '2' }].map(
    (query): Case => ({
      title: `includes the bucket's region in a list, version ${'list-type' in query ? 2 : 1}`,
      see: RECORDED,
      request: list(query),
      headers: { 'x-amz-bucket-region': /^[a-z0-9-]+$/ },
    }),
  ),
  {
    title: 'continues after a common prefix',
    see: V1,
    request: list({ delimiter: '/', marker: 'b/' }),
    effect: shows('d e+&ü z'),
  },
])
