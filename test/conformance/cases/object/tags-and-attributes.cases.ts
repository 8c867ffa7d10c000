/**
 * Object tagging and GetObjectAttributes.
 *
 * @module
 */

import { crc32 } from 'node:zlib'
import { type Case, following, type Status, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { tagging } from '../../request/copy-case.ts'
import { FIVE_MIB } from '../../request/multipart-case.ts'
import { twoVersions, versioning } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const TAG = '<Tag><Key>waybill</Key><Value>verified</Value></Tag>'

const attributes = (wanted: string) => async (system: System) => {
  await system.put(system.key, 'hello')
  const headers = wanted === '' ? {} : { 'x-amz-object-attributes': wanted }
  return system.signed({ key: system.key, query: { attributes: '' }, headers })
}

function crc32Of(bytes: Uint8Array): string {
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(bytes))
  return crc.toString('base64')
}

const COMPOSITE = { 'x-amz-checksum-algorithm': 'CRC32' }

/** The attributes of an object in two parts. */
const parts =
  (headers: Record<string, string>, created: Record<string, string> = {}, wanted = 'ObjectParts') =>
  async (system: System) => {
    const uploadId = await system.createUpload(created)
    const part = async (number: number, body: Uint8Array) => {
      const crc = crc32Of(body)
      if (created !== COMPOSITE)
        return [number, await system.uploadPart(uploadId, number, body)] as const
      const sent = { 'x-amz-checksum-crc32': crc }
      const etag = await system.uploadPart(uploadId, number, body, sent)
      return [number, etag, `<ChecksumCRC32>${crc}</ChecksumCRC32>`] as const
    }
    const list = [await part(1, FIVE_MIB), await part(2, Buffer.from('last'))]
    await system.expect(200, await system.complete(uploadId, list))
    return system.signed({
      key: system.key,
      query: { attributes: '' },
      headers: { 'x-amz-object-attributes': wanted, ...headers },
    })
  }

const headed = (title: string, header: string, status: Status, body?: RegExp): Case => ({
  title,
  see: PAGES.seen('malformed_xml'),
  request: (system) =>
    system.signed({
      method: 'PUT',
      key: system.key,
      body: 'x',
      headers: { 'x-amz-tagging': header },
    }),
  status,
  ...(status === 200 ? {} : { effect: storedNothing }),
  ...(body === undefined ? {} : { body }),
})

const NOT_ENCODED =
  /<Message>The header .*x-amz-tagging.* shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates\.<\/Message><ArgumentName>x-amz-tagging<\/ArgumentName>/

export const TAGS_AND_ATTRIBUTES = following(PAGES.api('GetObjectAttributes'), [
  ...['GET', 'PUT', 'DELETE'].map(
    (method): Case => ({
      title: `refuses tags for a delete marker: ${method}`,
      see: PAGES.seen('tagging'),
      request: async (system) => {
        await versioning(system, 'Enabled')
        await system.put(system.key, 'x')
        await system.expectReply(204, { method: 'DELETE', key: system.key })
        const body = method === 'PUT' ? { body: `<Tagging><TagSet>${TAG}</TagSet></Tagging>` } : {}
        return system.signed({ method, key: system.key, query: { tagging: '' }, ...body })
      },
      status: '405 MethodNotAllowed',
      headers: { 'x-amz-delete-marker': 'true', allow: 'DELETE' },
      body: new RegExp(`<Method>${method}</Method><ResourceType>DeleteMarker<(?!.*VersionId)`),
    }),
  ),
  ...['GET', 'PUT', 'DELETE'].map(
    (method): Case => ({
      title: `returns the version that the tags belong to: ${method}`,
      see: PAGES.api(`${method[0]}${method.slice(1).toLowerCase()}ObjectTagging`),
      request: async (system) => {
        await twoVersions(system)
        const body = method === 'PUT' ? { body: `<Tagging><TagSet>${TAG}</TagSet></Tagging>` } : {}
        return system.signed({ method, key: system.key, query: { tagging: '' }, ...body })
      },
      status: method === 'DELETE' ? 204 : 200,
      headers: { 'x-amz-version-id': /./ },
    }),
  ),
  headed('accepts a tag without a value', 'foo=bar&bar', 200),
  headed('refuses tags with an invalid escape', 'foo=%ZZ', '400 InvalidArgument', NOT_ENCODED),
  headed('refuses tags with a comma', 'a=1,b=2', '400 InvalidArgument', NOT_ENCODED),
  headed('refuses tags with a truncated escape', 'foo=%A', '400 InvalidArgument', NOT_ENCODED),
  headed(
    'refuses a tag that is not UTF-8',
    'foo=%FF',
    '400 InvalidTag',
    /<Message>The TagValue you have provided is invalid<\/Message><TagKey>foo<\/TagKey>/,
  ),
  {
    title: 'deletes the tags when an empty set is sent',
    see: PAGES.recorded('test_s3_api'),
    request: async (system) => {
      await system.put(system.key, 'x', { 'x-amz-tagging': 'a=1' })
      const ask = { method: 'PUT', key: system.key, query: { tagging: '' } }
      return system.signed({ ...ask, body: '<Tagging/>', md5: true })
    },
    effect: async (system) => {
      const ask = await system.signed({ key: system.key, query: { tagging: '' } })
      const { body } = await system.expect(200, ask)
      return body.includes('<Tag>') ? 'the object still has tags' : undefined
    },
  },
  {
    title: 'replaces all tags',
    see: PAGES.api('PutObjectTagging'),
    request: tagging(TAG),
    effect: async (system) => {
      const reply = await system.reply({ key: system.key, query: { tagging: '' } })
      return /<TagSet><Tag><Key>waybill<\/Key><Value>verified<\/Value><\/Tag><\/TagSet>/.test(
        String(reply.body),
      )
        ? undefined
        : `tags are ${reply.body}`
    },
  },
  {
    title: 'deletes all tags',
    see: PAGES.api('DeleteObjectTagging'),
    request: async (system) => {
      await system.put(system.key, 'x', { 'x-amz-tagging': 'a=1' })
      return system.signed({ method: 'DELETE', key: system.key, query: { tagging: '' } })
    },
    status: 204,
    effect: async (system) =>
      (await system.reply({ method: 'HEAD', key: system.key })).headers['x-amz-tagging-count'] ===
      undefined
        ? undefined
        : 'there are tags',
  },
  {
    title: 'accepts tags without a digest',
    see: PAGES.seen('request_checksums'),
    request: tagging(TAG, {}),
  },
  {
    title: 'refuses a repeated tag',
    see: PAGES.tagging,
    request: tagging(TAG + TAG),
    status: '400 InvalidTag',
  },
  {
    title: 'refuses a tag with a forbidden character',
    see: PAGES.tagging,
    request: tagging('<Tag><Key>a</Key><Value>{}</Value></Tag>'),
    status: '400 InvalidTag',
  },
  {
    title: 'refuses a document other than Tagging',
    see: PAGES.errors,
    request: tagging('<Tag/>'),
    status: '400 MalformedXML',
  },
  {
    title: 'returns no tags for a missing object',
    see: PAGES.recorded('test_s3_api'),
    request: (system) => system.signed({ key: 'nothing', query: { tagging: '' } }),
    status: '404 NoSuchKey',
    body: /<Key>[^/<]+\/nothing<\/Key>/,
  },
  {
    title: 'returns the requested attributes',
    request: attributes('ETag,Checksum,ObjectSize,StorageClass'),
    body: /<ETag>5d41402abc4b2a76b9719d911017c592<\/ETag><Checksum><ChecksumCRC64NVME>M3eFcAZSQlc=<\/ChecksumCRC64NVME><ChecksumType>FULL_OBJECT<\/ChecksumType><\/Checksum><StorageClass>STANDARD<\/StorageClass><ObjectSize>5</,
  },
  {
    title: 'returns only the requested attributes',
    request: attributes('ObjectSize'),
    body: /<GetObjectAttributesResponse[^>]*><ObjectSize>5<\/ObjectSize><\/GetObjectAttributesResponse>/,
  },
  {
    title: 'refuses an unknown attribute',
    request: attributes('Colour'),
    status: '400 InvalidArgument',
  },
  {
    title: 'refuses a request for no attributes',
    request: attributes(''),
    status: '400 InvalidArgument',
  },
  {
    title: 'lists no parts whose checksums were not declared',
    see: PAGES.recorded('test_s3'),
    request: parts({}),
    body: /<ObjectParts><PartsCount>2<\/PartsCount><\/ObjectParts>/,
  },
  {
    title: 'lists the parts of a composite checksum, without the number in the checksum',
    see: PAGES.seen('object_attributes'),
    request: parts({}, COMPOSITE, 'Checksum,ObjectParts'),
    body: /<Checksum><ChecksumCRC32>[^<]{6}==<\/ChecksumCRC32><ChecksumType>COMPOSITE<\/ChecksumType><\/Checksum><ObjectParts><PartsCount>2<\/PartsCount><PartNumberMarker>0<\/PartNumberMarker><NextPartNumberMarker>2<\/NextPartNumberMarker><MaxParts>1000<\/MaxParts><IsTruncated>false<\/IsTruncated><Part><PartNumber>1<\/PartNumber><Size>5242880<\/Size><ChecksumCRC32>[^<]{6}==<\/ChecksumCRC32><\/Part><Part>/,
  },
  {
    title: 'pages through parts',
    see: PAGES.seen('object_attributes'),
    request: parts({ 'x-amz-max-parts': '1', 'x-amz-part-number-marker': '0' }, COMPOSITE),
    body: /<PartNumberMarker>0<\/PartNumberMarker><NextPartNumberMarker>1<\/NextPartNumberMarker><MaxParts>1<\/MaxParts><IsTruncated>true<\/IsTruncated><Part><PartNumber>1<\/PartNumber>(?!.*<Part>)/,
  },
  {
    title: 'echoes the requested number of parts, but returns at most 1000',
    see: PAGES.seen('object_attributes'),
    request: parts({ 'x-amz-max-parts': '5000' }, COMPOSITE),
    body: /<MaxParts>5000<\/MaxParts><IsTruncated>false</,
  },
  {
    title: 'considers a list complete if no parts were requested',
    see: PAGES.seen('object_attributes'),
    request: parts({ 'x-amz-max-parts': '0' }, COMPOSITE),
    body: /<PartsCount>2<\/PartsCount>.*<MaxParts>0<\/MaxParts><IsTruncated>false<\/IsTruncated><\/ObjectParts>/,
  },
  ...['-1', 'many'].map(
    (count): Case => ({
      title: `refuses to return ${count} parts`,
      see: PAGES.api('GetObjectAttributes'),
      request: async (system) => {
        const uploadId = await system.createUpload()
        const etag = await system.uploadPart(uploadId, 1, 'hello')
        await system.expect(200, await system.complete(uploadId, [[1, etag]]))
        const headers = { 'x-amz-object-attributes': 'ObjectParts', 'x-amz-max-parts': count }
        return system.signed({ key: system.key, query: { attributes: '' }, headers })
      },
      status: '400 InvalidArgument',
    }),
  ),
])
