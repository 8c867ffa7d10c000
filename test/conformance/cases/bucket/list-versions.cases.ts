/**
 * ListObjectVersions, and deleting versions in a list.
 *
 * @module
 */

import { childrenOf } from 'waybill-s3/internal/xml'
import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { shape, shaped, twoVersions } from '../../request/version-case.ts'
import { type System, textAt } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3_list_operations')
const LIST = PAGES.api('ListObjectVersions')

const listed = (query: Record<string, string>) => async (system: System) => {
  await twoVersions(system)
  await system.put('z', 'z')
  return system.signed({ query: { versions: '', ...query } })
}

export const LIST_VERSIONS = following(LIST, [
  {
    title: 'echoes the requested number of versions, but returns at most 1,000',
    see: PAGES.seen('versioning'),
    request: listed({ 'max-keys': '5000' }),
    body: /<MaxKeys>5000<\/MaxKeys>.*<IsTruncated>false</,
  },
  {
    title: 'refuses a version id marker without a key marker',
    see: PAGES.seen('versioning'),
    request: async (system) => {
      const [versionId] = await twoVersions(system)
      return system.signed({ query: { versions: '', 'version-id-marker': versionId } })
    },
    status: '400 InvalidArgument',
  },
  ...(
    [
      [
        'the number before everything else',
        { 'max-keys': 'abc', 'version-id-marker': 'x' },
        'max-keys',
      ],
      [
        'a version id marker without a key marker',
        { 'version-id-marker': 'x', 'encoding-type': 'x' },
        'without a key marker',
      ],
      [
        'an empty version id marker',
        { 'key-marker': 'k', 'version-id-marker': '', 'encoding-type': 'x' },
        'cannot be empty',
      ],
      [
        'an invalid version id marker',
        { 'key-marker': 'k', 'version-id-marker': 'x', 'encoding-type': 'x' },
        'Invalid version id',
      ],
    ] as const
  ).map(
    ([what, query, message]): Case => ({
      title: `reports, among several mistakes in a list of versions, ${what}`,
      see: PAGES.compared('list_object_versions/test_query_params_validation'),
      request: listed(query),
      status: '400 InvalidArgument',
      body: new RegExp(`<Message>[^<]*${message}`),
    }),
  ),
  {
    title: "returns a list of versions with its elements in S3's order",
    see: PAGES.seen('versioning'),
    request: listed({ 'max-keys': '1' }),
    body: /<Name>[^<]*<\/Name><Prefix\/?>.*<KeyMarker\/?>.*<VersionIdMarker\/?>.*<NextKeyMarker>.*<NextVersionIdMarker>.*<MaxKeys>1<\/MaxKeys><IsTruncated>true<\/IsTruncated><Version><Key>[^<]*<\/Key><VersionId>[^<]*<\/VersionId><IsLatest>true<\/IsLatest><LastModified>[^<]*<\/LastModified><ETag>[^<]*<\/ETag><ChecksumAlgorithm>\w+<\/ChecksumAlgorithm><ChecksumType>FULL_OBJECT<\/ChecksumType><Size>6<\/Size><Owner><ID>\w{64}<\/ID><\/Owner><StorageClass>STANDARD</,
  },
  {
    title: 'lists all versions, newest first',
    request: listed({}),
    body: /<ListVersionsResult.*<Version><Key>folder/,
    effect: shaped('V* V V*'),
  },
  {
    title: 'lists versions in pages',
    request: async (system) => {
      const page = await system.expect(200, await listed({ 'max-keys': '1' })(system))
      const markers = {
        'key-marker': textAt(page, 'NextKeyMarker') ?? '',
        'version-id-marker': textAt(page, 'NextVersionIdMarker') ?? '',
      }
      return system.signed({ query: { versions: '', 'max-keys': '1', ...markers } })
    },
    body: /<IsTruncated>true</,
    effect: async (_, reply) => (shape(reply) === 'V' ? undefined : `the page is ${shape(reply)}`),
  },
  {
    title: 'lists versions after a key',
    request: listed({ 'key-marker': 'folder/object ü+1.txt' }),
    effect: async (_, reply) => (shape(reply) === 'V*' ? undefined : `the page is ${shape(reply)}`),
  },
  {
    title: 'groups versions at a delimiter',
    request: listed({ delimiter: '/' }),
    body: /<CommonPrefixes><Prefix>folder\/</,
    effect: async (_, reply) =>
      reply.xml && childrenOf(reply.xml, 'Version').length === 1
        ? undefined
        : 'lists other versions',
  },
  {
    title: 'returns no NextVersionIdMarker after a common prefix',
    see: RECORDED,
    request: listed({ delimiter: '/', 'max-keys': '1' }),
    body: /<NextKeyMarker>folder\/<\/NextKeyMarker><MaxKeys>/,
  },
  {
    title: 'skips the common prefix that contains the key marker',
    see: RECORDED,
    request: listed({ delimiter: '/', 'key-marker': 'folder/a' }),
    effect: async (_, reply) =>
      reply.body.includes('<CommonPrefixes>') ? 'lists the common prefix' : undefined,
  },
  {
    title: 'continues after a version that has since been deleted',
    see: RECORDED,
    request: async (system) => {
      const [, versionId] = await twoVersions(system)
      const { key } = system
      await system.expectReply(204, { method: 'DELETE', key, query: { versionId } })
      return system.signed({
        query: { versions: '', 'key-marker': key, 'version-id-marker': versionId },
      })
    },
    effect: async (_, reply) => (shape(reply) === 'V*' ? undefined : `the page is ${shape(reply)}`),
  },
  {
    title: 'deletes listed versions',
    see: PAGES.api('DeleteObjects'),
    request: async (system) => {
      const [versionId] = await twoVersions(system)
      const body = `<Delete><Object><Key>${system.key}</Key><VersionId>${versionId}</VersionId></Object></Delete>`
      return system.signed({ method: 'POST', query: { delete: '' }, body, md5: true })
    },
    body: /<VersionId>/,
    effect: shaped('V*'),
  },
])
