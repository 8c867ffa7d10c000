/**
 * CompleteMultipartUpload: the checksums of the parts and of the object.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { SUMS } from '../../request/hello-checksums.ts'
import { all, COMPLETE, completing, creating } from '../../request/multipart-case.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import { type System, textAt } from '../../system.ts'

const CRC32 = 'NhCmhg=='
const LISTED_CRC32 = `<ChecksumCRC32>${CRC32}</ChecksumCRC32>`
/** CRC32 of the CRC32s of the parts: of one part. */
const COMPOSITE_CRC32 = (() => {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(Buffer.from(CRC32, 'base64')))
  return sum.toString('base64')
})()

/** Completes an upload of the one part `hello`, which was sent with its CRC32. */
const withCrc32 =
  (
    ask: (system: System, uploadId: string, etag: string) => Promise<RawRequest>,
    created: Record<string, string> = {},
  ) =>
  async (system: System) => {
    const uploadId = await system.createUpload(created)
    const headers = { 'x-amz-checksum-crc32': CRC32 }
    return ask(system, uploadId, await system.uploadPart(uploadId, 1, 'hello', headers))
  }

const DECLARED = { 'x-amz-checksum-algorithm': 'CRC32' }

const partRefused = (title: string, see: string, request: Case['request'], code: string): Case => ({
  title,
  see,
  request,
  status: `400 ${code}`,
  effect: storedNothing,
})

const listing =
  (elements: string) =>
  (system: System, uploadId: string, etag: string): Promise<RawRequest> =>
    system.complete(uploadId, [[1, etag, elements]])

/** With the object's CRC32. */
const completed =
  (elements: string, crc: string) =>
  (system: System, uploadId: string, etag: string): Promise<RawRequest> =>
    system.complete(uploadId, [[1, etag, elements]], { 'x-amz-checksum-crc32': crc })

const VERSITY =
  'https://github.com/versity/versitygw/blob/main/tests/integration/CompleteMultipartUpload.go'

/** Completes an upload of the one part `hello`, of which S3 computed the CRC64NVME by itself. */
const withNothing =
  (
    ask: (system: System, uploadId: string, etag: string) => Promise<RawRequest>,
    sent: Record<string, string> = {},
  ) =>
  async (system: System) => {
    const uploadId = await system.createUpload()
    return ask(system, uploadId, await system.uploadPart(uploadId, 1, 'hello', sent))
  }

const CRC64 = 'M3eFcAZSQlc='

const UNDECLARED: readonly Case[] = [
  {
    title: 'accepts the CRC64NVME it returned for a part',
    see: 'https://github.com/versity/versitygw/issues/1547',
    request: withNothing(listing(`<ChecksumCRC64NVME>${CRC64}</ChecksumCRC64NVME>`)),
    body: /<ChecksumCRC64NVME>M3eFcAZSQlc=<\/ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</,
  },
  ...['AAAAAAAAAAA=', 'bad', ''].map((value) =>
    partRefused(
      `finds no part with the CRC64NVME '${value}', which is not the part's`,
      PAGES.recorded('test_s3'),
      withNothing(listing(`<ChecksumCRC64NVME>${value}</ChecksumCRC64NVME>`)),
      'InvalidPart',
    ),
  ),
  partRefused(
    'finds no part with two checksums if the upload declared none',
    PAGES.recorded('test_s3'),
    withNothing(
      listing(
        `<ChecksumCRC64NVME>${CRC64}</ChecksumCRC64NVME><ChecksumCRC32>${CRC32}</ChecksumCRC32>`,
      ),
    ),
    'InvalidPart',
  ),
  ...['FULL_OBJECT', 'COMPOSITE'].map(
    (type): Case => ({
      ...partRefused(
        `refuses the checksum type ${type} if the upload declared none`,
        PAGES.recorded('test_s3'),
        withNothing((system, uploadId, etag) =>
          system.complete(uploadId, [[1, etag]], { 'x-amz-checksum-type': type }),
        ),
        'InvalidRequest',
      ),
      body: /The upload was created using the null checksum mode\. The complete request must use the same checksum mode\./,
    }),
  ),
  {
    title: 'completes parts with undeclared checksums',
    see: PAGES.seen('checksums'),
    request: withCrc32(listing('')),
    body: /<ChecksumCRC64NVME>M3eFcAZSQlc=<\/ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</,
  },
  ...[`<ChecksumCRC32>${CRC32}</ChecksumCRC32>`, '<ChecksumSHA512>AAAA</ChecksumSHA512>'].map(
    (element) =>
      partRefused(
        `finds no part with ${element.slice(1, element.indexOf('>'))} if the upload declared none`,
        'https://github.com/aws/aws-sdk-java-v2/issues/6518',
        withCrc32(listing(element)),
        'InvalidPart',
      ),
  ),
  ...Object.entries({ crc64nvme: 'AAAAAAAAAAA=', crc32: 'AAAAAA==' }).map(
    ([name, value]): Case => ({
      title: `ignores the object's ${name} if the upload declared none`,
      see: PAGES.seen('checksums'),
      request: withCrc32((system, uploadId, etag) =>
        system.complete(uploadId, [[1, etag]], { [`x-amz-checksum-${name}`]: value }),
      ),
      body: /<ChecksumCRC64NVME>M3eFcAZSQlc=</,
    }),
  ),
  {
    ...partRefused(
      "refuses the object's SHA-512 if the upload declared none",
      PAGES.seen('checksums'),
      withCrc32((system, uploadId, etag) =>
        system.complete(uploadId, [[1, etag]], { 'x-amz-checksum-sha512': 'AAAA' }),
      ),
      'InvalidRequest',
    ),
    body: /expected checksum Type: null, actual checksum Type: sha512/,
  },
]

export const COMPLETE_CHECKSUMS: readonly Case[] = [
  ...UNDECLARED,
  partRefused(
    'refuses an invalid composite checksum',
    PAGES.seen('checksums'),
    withCrc32(completed(LISTED_CRC32, 'bad'), DECLARED),
    'InvalidRequest',
  ),
  partRefused(
    'refuses a part with a checksum algorithm other than the declared one',
    VERSITY,
    withCrc32(listing('<ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>'), DECLARED),
    'BadDigest',
  ),
  partRefused(
    'refuses a part with two checksums',
    VERSITY,
    withCrc32(
      listing(`<ChecksumCRC32>${CRC32}</ChecksumCRC32><ChecksumCRC32C>AAAAAA==</ChecksumCRC32C>`),
      DECLARED,
    ),
    'InvalidArgument',
  ),
  partRefused(
    'refuses a part with an invalid checksum',
    VERSITY,
    withCrc32(listing('<ChecksumCRC32>bad</ChecksumCRC32>'), DECLARED),
    'InvalidArgument',
  ),
  {
    title: 'returns a part with its own checksum',
    see: PAGES.seen('checksums'),
    request: withCrc32(async (system, uploadId, etag) => {
      const list = [[1, etag, LISTED_CRC32]] as const
      await system.expect(200, await system.complete(uploadId, list))
      const headers = { 'x-amz-checksum-mode': 'ENABLED' }
      return system.signed({ key: system.key, query: { partNumber: '1' }, headers })
    }, DECLARED),
    status: 206,
    body: 'hello',
    headers: { 'x-amz-checksum-crc32': CRC32 },
  },
  {
    title: 'includes a composite checksum in the attributes without the number of parts',
    see: 'https://github.com/floci-io/floci/pull/3093',
    request: withCrc32(async (system, uploadId, etag) => {
      const list = [[1, etag, LISTED_CRC32]] as const
      await system.expect(200, await system.complete(uploadId, list))
      const headers = { 'x-amz-object-attributes': 'Checksum' }
      return system.signed({ key: system.key, query: { attributes: '' }, headers })
    }, DECLARED),
    body: /<ChecksumCRC32>[\w+/]{6}==<\/ChecksumCRC32><ChecksumType>COMPOSITE</,
  },
  ...[
    ['a wrong checksum of an upload that declared one', 'crc64nvme', 'AAAAAAAAAAA=', 'BadDigest'],
    ['a checksum type other than the declared one', 'type', 'COMPOSITE', 'InvalidRequest'],
  ].map(([what, name, value = '', code = '']) =>
    partRefused(
      `refuses ${what}`,
      name === 'type' ? PAGES.recorded('test_s3') : COMPLETE,
      completing(
        (system, parts) =>
          system.complete(parts.uploadId, all(parts), { [`x-amz-checksum-${name}`]: value }),
        { 'x-amz-checksum-algorithm': 'CRC64NVME' },
      ),
      code,
    ),
  ),
  partRefused(
    'assumes that a CRC32 without a type is composite',
    PAGES.recorded('test_s3'),
    withCrc32(completed('', CRC32), { ...DECLARED, 'x-amz-checksum-type': 'FULL_OBJECT' }),
    'BadDigest',
  ),
  {
    ...partRefused(
      "requires every part's checksum for a composite one",
      'https://github.com/apache/opendal/pull/4580',
      withCrc32(listing(''), DECLARED),
      'InvalidRequest',
    ),
    body: /It was missing for part 1/,
  },
  {
    title: "computes a composite checksum from the parts'",
    see: PAGES.integrity,
    request: async (system) => {
      const uploadId = await system.createUpload({ 'x-amz-checksum-algorithm': 'SHA256' })
      const sum = createHash('sha256').update('hello').digest('base64')
      const etag = await system.uploadPart(uploadId, 1, 'hello', { 'x-amz-checksum-sha256': sum })
      return system.complete(uploadId, [[1, etag, `<ChecksumSHA256>${sum}</ChecksumSHA256>`]])
    },
    effect: async (_, reply) => {
      const wanted = `${createHash('sha256').update(createHash('sha256').update('hello').digest()).digest('base64')}-1`
      const actual = textAt(reply, 'ChecksumSHA256')
      return actual === wanted ? undefined : `checksum is ${actual}, expected ${wanted}`
    },
  },
  {
    title: "compares the object's composite checksum without the number of parts",
    see: 'https://github.com/minio/minio/issues/19670',
    request: withCrc32(completed(LISTED_CRC32, COMPOSITE_CRC32), DECLARED),
    body: new RegExp(`<ChecksumCRC32>${COMPOSITE_CRC32}-1<`),
  },
  partRefused(
    "refuses an object's wrong composite checksum without the number of parts",
    COMPLETE,
    withCrc32(completed(LISTED_CRC32, 'AAAAAA=='), DECLARED),
    'BadDigest',
  ),
  partRefused(
    'refuses a part listed with a different checksum',
    COMPLETE,
    withCrc32(listing('<ChecksumCRC32>AAAAAA==</ChecksumCRC32>'), DECLARED),
    'InvalidPart',
  ),
  ...(['md5', 'sha512', 'xxhash128', 'xxhash3', 'xxhash64'] as const).flatMap((name): Case[] => {
    const algorithm = name.toUpperCase()
    const listed = `<Checksum${algorithm}>${SUMS[name]}</Checksum${algorithm}>`
    const create = { 'x-amz-checksum-algorithm': algorithm }
    return [
      {
        title: `computes a composite ${name} by default`,
        see: PAGES.api('CreateMultipartUpload'),
        request: async (system) => {
          const uploadId = await system.createUpload(create)
          const sent = { [`x-amz-checksum-${name}`]: SUMS[name] }
          const etag = await system.uploadPart(uploadId, 1, 'hello', sent)
          return system.complete(uploadId, [[1, etag, listed]])
        },
        body: new RegExp(
          `<Checksum${algorithm}>[\\w+/]+=*-1</Checksum${algorithm}><ChecksumType>COMPOSITE<`,
        ),
        effect: async (system) => {
          const headers = { 'x-amz-checksum-mode': 'ENABLED' }
          const query = { partNumber: '1' }
          const reply = await system.reply({ key: system.key, query, headers })
          const actual = reply.headers[`x-amz-checksum-${name}`]
          return actual === SUMS[name] ? undefined : `the part's ${name} is ${actual}`
        },
      },
      {
        title: `supports no full-object ${name} for a multipart upload`,
        see: PAGES.integrity,
        request: creating({ ...create, 'x-amz-checksum-type': 'FULL_OBJECT' }),
        status: '400 InvalidRequest',
        body: new RegExp(
          `The FULL_OBJECT checksum type cannot be used with the ${name} checksum algorithm`,
        ),
      },
    ]
  }),
]
