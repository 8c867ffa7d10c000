/**
 * Multipart uploads.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { childrenOf, textOf } from 'waybill/s3'
import { type Case, storedNothing } from './case.ts'
import { PAGES } from './pages.ts'
import type { RawRequest } from './raw-request.ts'
import { textAt, type World } from './world.ts'

const COMPLETE = PAGES.api('CompleteMultipartUpload')
const PART = PAGES.api('UploadPart')

/** The least that a part but the last may have. */
const FIVE_MIB = Buffer.alloc(5 * 1024 * 1024, 'x')

interface Parts {
  readonly uploadId: string
  /** ETags of parts 1 and 2. */
  readonly etags: readonly [string, string]
}

/** An upload of 5 MiB and 4 bytes in two parts. */
async function twoParts(world: World, headers: Record<string, string> = {}): Promise<Parts> {
  const uploadId = await world.createUpload(headers)
  const first = await world.uploadPart(uploadId, 1, FIVE_MIB)
  return { uploadId, etags: [first, await world.uploadPart(uploadId, 2, 'last')] }
}

const completing =
  (
    ask: (world: World, parts: Parts) => Promise<RawRequest>,
    headers: Record<string, string> = {},
  ) =>
  async (world: World) =>
    ask(world, await twoParts(world, headers))

const all = ({ etags }: Parts) =>
  [
    [1, etags[0]],
    [2, etags[1]],
  ] as const

const refusal = (
  title: string,
  ask: (world: World, parts: Parts) => Promise<RawRequest>,
  status: number,
  code: string,
): Case => ({
  title,
  see: COMPLETE,
  request: completing(ask),
  status,
  code,
  effect: storedNothing,
})

const part =
  (
    query: Record<string, string>,
    headers: Record<string, string> = {},
    created: Record<string, string> = {},
  ) =>
  async (world: World) => {
    const uploadId = await world.createUpload(created)
    return world.signed({
      method: 'PUT',
      key: world.key,
      query: { uploadId, ...query },
      body: 'hello',
      headers,
    })
  }

const partRefused = (title: string, request: Case['request'], code: string): Case => ({
  title,
  see: PART,
  request,
  status: 400,
  code,
})

const MULTIPART_ETAG = /^"[0-9a-f]{32}-2"$/

export const MULTIPART: readonly Case[] = [
  {
    title: 'begins an upload',
    see: PAGES.api('CreateMultipartUpload'),
    request: (world) => world.signed({ method: 'POST', key: world.key, query: { uploads: '' } }),
    status: 200,
    body: /<InitiateMultipartUploadResult.*<Bucket>conformance.*<Key>folder\/object.*<UploadId>.+</,
    effect: storedNothing,
  },
  {
    title: 'answers a part with its MD5 and its CRC64NVME',
    see: PAGES.integrity,
    request: part({ partNumber: '1' }),
    status: 200,
    headers: {
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=',
    },
    effect: storedNothing,
  },
  {
    title: 'takes part 10,000',
    see: PAGES.limits,
    request: part({ partNumber: '10000' }),
    status: 200,
  },
  partRefused('refuses part 10,001', part({ partNumber: '10001' }), 'InvalidArgument'),
  partRefused('refuses part 0', part({ partNumber: '0' }), 'InvalidArgument'),
  partRefused('refuses a part number that is none', part({ partNumber: 'one' }), 'InvalidArgument'),
  partRefused('refuses a part without a number', part({}), 'InvalidArgument'),
  partRefused(
    'refuses a part with a wrong checksum',
    part({ partNumber: '1' }, { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }),
    'BadDigest',
  ),
  partRefused(
    'refuses a part with a wrong Content-MD5',
    part({ partNumber: '1' }, { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' }),
    'BadDigest',
  ),
  partRefused(
    'refuses a kind of checksum that the upload did not declare',
    part({ partNumber: '1' }, { 'x-amz-checksum-crc32': 'NhCmhg==' }),
    'InvalidRequest',
  ),
  partRefused(
    'refuses another kind of checksum than the declared one',
    part(
      { partNumber: '1' },
      { 'x-amz-checksum-crc32': 'NhCmhg==' },
      { 'x-amz-checksum-algorithm': 'SHA256' },
    ),
    'InvalidRequest',
  ),
  partRefused(
    'refuses a part without the checksum that a composite one needs',
    part({ partNumber: '1' }, {}, { 'x-amz-checksum-algorithm': 'SHA256' }),
    'InvalidRequest',
  ),
  {
    title: 'takes a part without checksum for a full-object one',
    see: PAGES.integrity,
    request: part(
      { partNumber: '1' },
      {},
      { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' },
    ),
    status: 200,
    headers: { 'x-amz-checksum-crc32': 'NhCmhg==' },
  },
  {
    title: 'refuses a part of an upload that is not there',
    see: PAGES.errors,
    request: (world) =>
      world.signed({
        method: 'PUT',
        key: world.key,
        query: { uploadId: 'nothing', partNumber: '1' },
        body: 'x',
      }),
    status: 404,
    code: 'NoSuchUpload',
  },
  {
    title: 'refuses a part of an upload of another key',
    see: PAGES.errors,
    request: async (world) =>
      world.signed({
        method: 'PUT',
        key: 'another',
        query: { uploadId: await world.createUpload(), partNumber: '1' },
        body: 'x',
      }),
    status: 404,
    code: 'NoSuchUpload',
  },
  {
    title: 'refuses a composite CRC64NVME',
    see: PAGES.integrity,
    request: (world) =>
      world.signed({
        method: 'POST',
        key: world.key,
        query: { uploads: '' },
        headers: { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'COMPOSITE' },
      }),
    status: 400,
    code: 'InvalidRequest',
  },
  {
    title: 'refuses a full-object SHA-256',
    see: PAGES.integrity,
    request: (world) =>
      world.signed({
        method: 'POST',
        key: world.key,
        query: { uploads: '' },
        headers: { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' },
      }),
    status: 400,
    code: 'InvalidRequest',
  },
  {
    title: 'refuses an algorithm that it does not know',
    see: PAGES.integrity,
    request: (world) =>
      world.signed({
        method: 'POST',
        key: world.key,
        query: { uploads: '' },
        headers: { 'x-amz-checksum-algorithm': 'CRC16' },
      }),
    status: 400,
    code: 'InvalidRequest',
  },

  {
    title: 'makes an object of the parts',
    see: COMPLETE,
    request: completing((world, parts) => world.complete(parts.uploadId, all(parts))),
    status: 200,
    body: /<CompleteMultipartUploadResult.*<Location>http.*<ChecksumCRC64NVME>.{11}=<\/ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</,
    effect: async (world, reply) => {
      const actual = await world.read()
      if (actual !== `${FIVE_MIB}last`) return `the object has ${actual?.length} characters`
      const etag = textAt(reply, 'ETag') ?? ''
      return MULTIPART_ETAG.test(etag) ? undefined : `ETag is ${etag}`
    },
  },
  {
    title: 'computes the CRC64NVME of the whole',
    see: PAGES.integrity,
    request: completing((world, parts) => world.complete(parts.uploadId, all(parts))),
    status: 200,
    effect: async (world, reply) => {
      const combined = textAt(reply, 'ChecksumCRC64NVME')
      const whole = await world.put('whole', Buffer.concat([FIVE_MIB, Buffer.from('last')]))
      const headers = { 'x-amz-checksum-mode': 'ENABLED' }
      const head = await world.send(await world.signed({ method: 'HEAD', key: world.key, headers }))
      const actual = [combined, head.headers['x-amz-checksum-crc64nvme']].join()
      const wanted = whole.headers['x-amz-checksum-crc64nvme']
      return actual === `${wanted},${wanted}`
        ? undefined
        : `CRC64NVME is ${actual}, expected ${wanted}`
    },
  },
  {
    title: 'keeps what the upload was begun with',
    see: PAGES.api('CreateMultipartUpload'),
    request: completing((world, parts) => world.complete(parts.uploadId, all(parts)), {
      'content-type': 'video/mp4',
      'x-amz-meta-owner': 'me',
      'x-amz-tagging': 'a=1',
    }),
    status: 200,
    effect: async (world) => {
      const { headers } = await world.send(await world.signed({ method: 'HEAD', key: world.key }))
      const actual = [
        headers['content-type'],
        headers['x-amz-meta-owner'],
        headers['x-amz-tagging-count'],
      ].join()
      return actual === 'video/mp4,me,1' ? undefined : `headers are ${actual}`
    },
  },
  {
    title: 'uses only the parts that are named',
    see: COMPLETE,
    request: completing((world, { uploadId, etags }) => world.complete(uploadId, [[2, etags[1]]])),
    status: 200,
    effect: async (world) =>
      (await world.read()) === 'last' ? undefined : 'the object is another',
  },
  {
    title: 'takes the last of two parts of one number',
    see: PART,
    request: async (world) => {
      const uploadId = await world.createUpload()
      await world.uploadPart(uploadId, 1, 'first')
      return world.complete(uploadId, [[1, await world.uploadPart(uploadId, 1, 'second')]])
    },
    status: 200,
    effect: async (world) =>
      (await world.read()) === 'second' ? undefined : 'the object is another',
  },
  {
    title: 'takes ETags without quotes',
    see: COMPLETE,
    request: completing((world, { uploadId, etags }) =>
      world.complete(uploadId, [
        [1, etags[0].slice(1, -1)],
        [2, etags[1]],
      ]),
    ),
    status: 200,
  },
  {
    title: 'takes the right object size',
    see: COMPLETE,
    request: completing((world, parts) =>
      world.complete(parts.uploadId, all(parts), {
        'x-amz-mp-object-size': String(FIVE_MIB.length + 4),
      }),
    ),
    status: 200,
  },
  refusal(
    'refuses a wrong object size',
    (world, parts) => world.complete(parts.uploadId, all(parts), { 'x-amz-mp-object-size': '5' }),
    400,
    'InvalidRequest',
  ),
  refusal(
    'refuses parts out of order',
    (world, { uploadId, etags }) =>
      world.complete(uploadId, [
        [2, etags[1]],
        [1, etags[0]],
      ]),
    400,
    'InvalidPartOrder',
  ),
  refusal(
    'refuses a part twice',
    (world, { uploadId, etags }) =>
      world.complete(uploadId, [
        [1, etags[0]],
        [1, etags[0]],
      ]),
    400,
    'InvalidPartOrder',
  ),
  refusal(
    'refuses a part with another ETag',
    (world, { uploadId, etags }) => world.complete(uploadId, [[1, etags[1]]]),
    400,
    'InvalidPart',
  ),
  refusal(
    'refuses a part that was not uploaded',
    (world, { uploadId, etags }) =>
      world.complete(uploadId, [
        [1, etags[0]],
        [3, etags[1]],
      ]),
    400,
    'InvalidPart',
  ),
  refusal(
    'refuses an empty list',
    (world, { uploadId }) => world.complete(uploadId, []),
    400,
    'MalformedXML',
  ),
  refusal(
    'refuses a list that is no XML',
    (world, { uploadId }) =>
      world.signed({ method: 'POST', key: world.key, query: { uploadId }, body: 'parts' }),
    400,
    'MalformedXML',
  ),
  refusal(
    'refuses an upload that is not there',
    (world, parts) => world.complete('nothing', all(parts)),
    404,
    'NoSuchUpload',
  ),
  refusal(
    'refuses an upload of another key',
    async (world, { uploadId }) =>
      world.signed({
        method: 'POST',
        key: 'another',
        query: { uploadId },
        body: '<CompleteMultipartUpload/>',
      }),
    404,
    'NoSuchUpload',
  ),
  {
    ...refusal(
      'refuses a part but the last that is smaller than 5 MiB',
      async (world) => {
        const uploadId = await world.createUpload()
        const etags = [
          await world.uploadPart(uploadId, 1, 'small'),
          await world.uploadPart(uploadId, 2, 'last'),
        ]
        return world.complete(uploadId, [
          [1, etags[0] ?? ''],
          [2, etags[1] ?? ''],
        ])
      },
      400,
      'EntityTooSmall',
    ),
    see: PAGES.limits,
    body: /<MinSizeAllowed>5242880</,
  },
  {
    title: 'keeps an upload whose completion it refused',
    see: COMPLETE,
    request: completing(async (world, parts) => {
      await world.expect(400, await world.complete(parts.uploadId, [[1, '"x"']]))
      return world.complete(parts.uploadId, all(parts))
    }),
    status: 200,
  },
  {
    title: 'completes an upload only once',
    see: PAGES.errors,
    request: completing(async (world, parts) => {
      await world.expect(200, await world.complete(parts.uploadId, all(parts)))
      return world.complete(parts.uploadId, all(parts))
    }),
    status: 404,
    code: 'NoSuchUpload',
  },
  {
    title: 'lets If-None-Match: * pass when there is nothing',
    see: PAGES.conditionalWrites,
    request: completing((world, parts) =>
      world.complete(parts.uploadId, all(parts), { 'if-none-match': '*' }),
    ),
    status: 200,
  },
  {
    title: 'refuses If-None-Match: * when there is something',
    see: PAGES.conditionalWrites,
    request: completing(async (world, parts) => {
      await world.put(world.key, 'there')
      return world.complete(parts.uploadId, all(parts), { 'if-none-match': '*' })
    }),
    status: 412,
    code: 'PreconditionFailed',
    effect: async (world) =>
      (await world.read()) === 'there' ? undefined : 'the object was replaced',
  },
  {
    title: 'refuses If-Match that names another object',
    see: PAGES.conditionalWrites,
    request: completing(async (world, parts) => {
      await world.put(world.key, 'there')
      return world.complete(parts.uploadId, all(parts), { 'if-match': '"x"' })
    }),
    status: 412,
    code: 'PreconditionFailed',
  },
  {
    title: 'does not look at a checksum of an upload that declared none',
    see: 'https://github.com/treeverse/lakeFS/pull/10508',
    request: completing((world, parts) =>
      world.complete(parts.uploadId, all(parts), { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }),
    ),
    status: 200,
  },
  {
    title: 'refuses a wrong checksum of an upload that declared one',
    see: COMPLETE,
    request: completing(
      (world, parts) =>
        world.complete(parts.uploadId, all(parts), { 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' }),
      { 'x-amz-checksum-algorithm': 'CRC64NVME' },
    ),
    status: 400,
    code: 'BadDigest',
    effect: storedNothing,
  },
  {
    title: 'refuses another checksum type than the declared one',
    see: COMPLETE,
    request: completing(
      (world, parts) =>
        world.complete(parts.uploadId, all(parts), { 'x-amz-checksum-type': 'COMPOSITE' }),
      { 'x-amz-checksum-algorithm': 'CRC64NVME' },
    ),
    status: 400,
    code: 'BadDigest',
    effect: storedNothing,
  },
  {
    title: "wants every part's checksum for a composite one",
    see: 'https://github.com/apache/opendal/pull/4580',
    request: async (world) => {
      const uploadId = await world.createUpload({ 'x-amz-checksum-algorithm': 'CRC32' })
      return world.complete(uploadId, [
        [1, await world.uploadPart(uploadId, 1, 'hello', { 'x-amz-checksum-crc32': 'NhCmhg==' })],
      ])
    },
    status: 400,
    code: 'InvalidRequest',
    body: /It was missing for part 1/,
    effect: storedNothing,
  },
  {
    title: "makes a composite checksum of the parts' checksums",
    see: PAGES.integrity,
    request: async (world) => {
      const uploadId = await world.createUpload({ 'x-amz-checksum-algorithm': 'SHA256' })
      const sum = createHash('sha256').update('hello').digest('base64')
      const etag = await world.uploadPart(uploadId, 1, 'hello', { 'x-amz-checksum-sha256': sum })
      return world.complete(uploadId, [[1, etag, `<ChecksumSHA256>${sum}</ChecksumSHA256>`]])
    },
    status: 200,
    effect: async (_, reply) => {
      const wanted = `${createHash('sha256').update(createHash('sha256').update('hello').digest()).digest('base64')}-1`
      const actual = textAt(reply, 'ChecksumSHA256')
      return actual === wanted ? undefined : `checksum is ${actual}, expected ${wanted}`
    },
  },
  {
    title: 'refuses a part whose listed checksum is another',
    see: COMPLETE,
    request: async (world) => {
      const uploadId = await world.createUpload({ 'x-amz-checksum-algorithm': 'CRC32' })
      const etag = await world.uploadPart(uploadId, 1, 'hello', {
        'x-amz-checksum-crc32': 'NhCmhg==',
      })
      return world.complete(uploadId, [[1, etag, '<ChecksumCRC32>AAAAAA==</ChecksumCRC32>']])
    },
    status: 400,
    code: 'InvalidPart',
    effect: storedNothing,
  },
  {
    title: 'gives one part of a complete object',
    see: PAGES.api('GetObject'),
    request: completing(async (world, parts) => {
      await world.expect(200, await world.complete(parts.uploadId, all(parts)))
      return world.signed({ key: world.key, query: { partNumber: '2' } })
    }),
    status: 206,
    body: 'last',
    headers: {
      'x-amz-mp-parts-count': '2',
      'content-range': `bytes ${FIVE_MIB.length}-${FIVE_MIB.length + 3}/${FIVE_MIB.length + 4}`,
    },
  },
  {
    title: 'gives a range across parts',
    see: PAGES.api('GetObject'),
    request: completing(async (world, parts) => {
      await world.expect(200, await world.complete(parts.uploadId, all(parts)))
      return world.signed({
        key: world.key,
        headers: { range: `bytes=${FIVE_MIB.length - 2}-${FIVE_MIB.length + 1}` },
      })
    }),
    status: 206,
    body: 'xxla',
  },

  {
    title: 'aborts an upload',
    see: PAGES.api('AbortMultipartUpload'),
    request: completing((world, { uploadId }) =>
      world.signed({ method: 'DELETE', key: world.key, query: { uploadId } }),
    ),
    status: 204,
    effect: async (world) => {
      const reply = await world.expect(200, await world.signed({ query: { uploads: '' } }))
      return reply.body.includes('<Upload>') ? 'the upload is still there' : undefined
    },
  },
  {
    title: 'aborts no upload that is not there',
    see: PAGES.errors,
    request: (world) =>
      world.signed({ method: 'DELETE', key: world.key, query: { uploadId: 'nothing' } }),
    status: 404,
    code: 'NoSuchUpload',
  },
  {
    title: 'takes no part of an aborted upload',
    see: PAGES.api('AbortMultipartUpload'),
    request: completing(async (world, { uploadId }) => {
      await world.expect(
        204,
        await world.signed({ method: 'DELETE', key: world.key, query: { uploadId } }),
      )
      return world.signed({
        method: 'PUT',
        key: world.key,
        query: { uploadId, partNumber: '1' },
        body: 'x',
      })
    }),
    status: 404,
    code: 'NoSuchUpload',
  },
  {
    title: 'lists parts',
    see: PAGES.api('ListParts'),
    request: completing((world, { uploadId }) =>
      world.signed({ key: world.key, query: { uploadId } }),
    ),
    status: 200,
    body: /<IsTruncated>false<\/IsTruncated><Part><PartNumber>1<\/PartNumber>.*<Size>5242880<\/Size><\/Part><Part><PartNumber>2<.*<Size>4</,
    effect: async (_, reply) =>
      reply.body.includes('<ChecksumCRC64NVME>')
        ? 'shows a checksum that was not declared'
        : undefined,
  },
  {
    title: 'lists parts in pages',
    see: PAGES.api('ListParts'),
    request: completing((world, { uploadId }) =>
      world.signed({ key: world.key, query: { uploadId, 'max-parts': '1' } }),
    ),
    status: 200,
    body: /<NextPartNumberMarker>1<\/NextPartNumberMarker><MaxParts>1<\/MaxParts><IsTruncated>true</,
  },
  {
    title: 'lists parts after a marker',
    see: PAGES.api('ListParts'),
    request: completing((world, { uploadId }) =>
      world.signed({ key: world.key, query: { uploadId, 'part-number-marker': '1' } }),
    ),
    status: 200,
    effect: async (_, reply) => {
      const numbers = (reply.xml ? childrenOf(reply.xml, 'Part') : []).map((each) =>
        textOf(each, 'PartNumber'),
      )
      return numbers.join() === '2' ? undefined : `parts are ${numbers.join()}`
    },
  },
  {
    title: 'lists the checksums of parts that were declared',
    see: PAGES.api('ListParts'),
    request: completing(
      (world, { uploadId }) => world.signed({ key: world.key, query: { uploadId } }),
      { 'x-amz-checksum-algorithm': 'CRC64NVME' },
    ),
    status: 200,
    body: /<ChecksumCRC64NVME>/,
  },
  {
    title: 'lists no parts of an upload that is not there',
    see: PAGES.errors,
    request: (world) => world.signed({ key: world.key, query: { uploadId: 'nothing' } }),
    status: 404,
    code: 'NoSuchUpload',
  },
  {
    title: 'lists uploads in order of key and age',
    see: PAGES.api('ListMultipartUploads'),
    request: async (world) => {
      for (const key of ['b', 'a/2', 'a/1']) await world.createUpload({}, key)
      return world.signed({ query: { uploads: '' } })
    },
    status: 200,
    body: /<Key>a\/1<.*<Key>a\/2<.*<Key>b</,
  },
  {
    title: 'takes uploads together at a delimiter',
    see: PAGES.api('ListMultipartUploads'),
    request: async (world) => {
      for (const key of ['b', 'a/2', 'a/1']) await world.createUpload({}, key)
      return world.signed({ query: { uploads: '', delimiter: '/' } })
    },
    status: 200,
    body: /<Key>b<.*<CommonPrefixes><Prefix>a\/</,
  },
  {
    title: 'lists uploads in pages',
    see: PAGES.api('ListMultipartUploads'),
    request: async (world) => {
      for (const key of ['b', 'a']) await world.createUpload({}, key)
      const page = await world.expect(
        200,
        await world.signed({ query: { uploads: '', 'max-uploads': '1' } }),
      )
      const markers = {
        'key-marker': textAt(page, 'NextKeyMarker') ?? '',
        'upload-id-marker': textAt(page, 'NextUploadIdMarker') ?? '',
      }
      return world.signed({ query: { uploads: '', ...markers } })
    },
    status: 200,
    body: /<IsTruncated>false<.*<Key>b</,
  },
  {
    title: 'tells when an upload lost its object to a presigned part that came late',
    see: PART,
    request: completing(async (world, parts) => {
      await world.expect(200, await world.complete(parts.uploadId, all(parts)))
      return world.presigned({
        method: 'PUT',
        key: world.key,
        query: { uploadId: parts.uploadId, partNumber: '1' },
        body: 'late',
      })
    }),
    status: 404,
    code: 'NoSuchUpload',
  },
]
