/**
 * CreateMultipartUpload and UploadPart.
 *
 * @module
 */

import { type Case, following, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { creating, PART, part } from '../../request/multipart-case.ts'

const partRefused = (title: string, request: Case['request'], code: string): Case => ({
  title,
  see: PART,
  request,
  status: `400 ${code}`,
})

export const UPLOAD_PART = following(PAGES.integrity, [
  {
    title: 'refuses a part without an upload id',
    see: 'https://github.com/versity/versitygw/issues/1226',
    request: (system) =>
      system.signed({ method: 'PUT', key: system.key, query: { partNumber: '1' }, body: 'x' }),
    status: '400 InvalidArgument',
    body: /<Message>This operation does not accept partNumber without uploadId<\/Message><ArgumentName>partNumber<\/ArgumentName><ArgumentValue>partNumber</,
    effect: storedNothing,
  },
  {
    title: 'refuses a part without a number',
    see: 'https://github.com/versity/versitygw/issues/1236',
    request: async (system) => {
      const uploadId = await system.createUpload()
      return system.signed({ method: 'PUT', key: system.key, query: { uploadId }, body: 'x' })
    },
    status: '405 MethodNotAllowed',
    headers: { allow: 'DELETE, POST, GET' },
    body: /<Method>PUT<\/Method><ResourceType>UPLOAD</,
    effect: storedNothing,
  },
  {
    title: 'creates an upload',
    see: PAGES.api('CreateMultipartUpload'),
    request: creating(),
    body: /<InitiateMultipartUploadResult.*<Bucket>conformance.*<Key>folder\/object.*<UploadId>.+</,
    effect: storedNothing,
  },
  {
    title: "returns a part's MD5 and CRC64NVME",
    request: part({ partNumber: '1' }),
    headers: {
      etag: '"5d41402abc4b2a76b9719d911017c592"',
      'x-amz-checksum-crc64nvme': 'M3eFcAZSQlc=',
    },
    effect: storedNothing,
  },
  { title: 'accepts part 10,000', see: PAGES.limits, request: part({ partNumber: '10000' }) },
  partRefused('refuses part 10,001', part({ partNumber: '10001' }), 'InvalidArgument'),
  partRefused('refuses part 0', part({ partNumber: '0' }), 'InvalidArgument'),
  partRefused('refuses an invalid part number', part({ partNumber: 'one' }), 'InvalidArgument'),
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
  {
    title: 'accepts and returns any checksum algorithm if the upload declared none',
    see: PAGES.seen('checksums'),
    request: part({ partNumber: '1' }, { 'x-amz-checksum-crc32': 'NhCmhg==' }),
    headers: { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-crc64nvme': undefined },
  },
  {
    ...partRefused(
      'verifies a checksum with an undeclared algorithm',
      part({ partNumber: '1' }, { 'x-amz-checksum-crc32': 'AAAAAA==' }),
      'BadDigest',
    ),
    see: PAGES.seen('checksums'),
  },
  partRefused(
    'refuses a checksum algorithm other than the declared one',
    part(
      { partNumber: '1' },
      { 'x-amz-checksum-crc32': 'NhCmhg==' },
      { 'x-amz-checksum-algorithm': 'SHA256' },
    ),
    'InvalidRequest',
  ),
  partRefused(
    'refuses a part without the checksum required for a composite one',
    part({ partNumber: '1' }, {}, { 'x-amz-checksum-algorithm': 'SHA256' }),
    'InvalidRequest',
  ),
  {
    title: 'accepts a part without a checksum for a full-object one',
    request: part(
      { partNumber: '1' },
      {},
      { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' },
    ),
    headers: { 'x-amz-checksum-crc32': 'NhCmhg==' },
  },
  {
    title: 'refuses a part for a missing upload',
    see: PAGES.errors,
    request: (system) =>
      system.signed({
        method: 'PUT',
        key: system.key,
        query: { uploadId: 'nothing', partNumber: '1' },
        body: 'x',
      }),
    status: '404 NoSuchUpload',
  },
  {
    title: 'refuses a part for an upload under another key',
    see: PAGES.errors,
    request: async (system) =>
      system.signed({
        method: 'PUT',
        key: 'another',
        query: { uploadId: await system.createUpload(), partNumber: '1' },
        body: 'x',
      }),
    status: '404 NoSuchUpload',
  },
  {
    title: 'refuses a composite CRC64NVME',
    request: creating({
      'x-amz-checksum-algorithm': 'CRC64NVME',
      'x-amz-checksum-type': 'COMPOSITE',
    }),
    status: '400 InvalidRequest',
  },
  {
    title: 'refuses a full-object SHA-256',
    request: creating({
      'x-amz-checksum-algorithm': 'SHA256',
      'x-amz-checksum-type': 'FULL_OBJECT',
    }),
    status: '400 InvalidRequest',
  },
  {
    title: 'ignores a checksum when an upload is created',
    see: PAGES.seen('checksums'),
    request: creating({ 'x-amz-checksum-sha256': 'not-even-base64' }),
    headers: { 'x-amz-checksum-algorithm': undefined, 'x-amz-checksum-type': undefined },
  },
  {
    title: 'refuses an unknown algorithm',
    request: creating({ 'x-amz-checksum-algorithm': 'CRC16' }),
    status: '400 InvalidRequest',
  },
])
