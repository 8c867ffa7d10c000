/**
 * CompleteMultipartUpload: conditions, checksums, and reading the object afterwards.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type Case, storedNothing } from './case.ts'
import { all, COMPLETE, completing, FIVE_MIB } from './multipart-case.ts'
import { PAGES } from './pages.ts'
import { textAt } from './world.ts'

export const COMPLETE_CONDITIONS: readonly Case[] = [
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
]
