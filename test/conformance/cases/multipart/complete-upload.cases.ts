/**
 * CompleteMultipartUpload: which parts make which object.
 *
 * @module
 */

import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  all,
  COMPLETE,
  completing,
  FIVE_MIB,
  PART,
  type Parts,
} from '../../request/multipart-case.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import { textAt, type World } from '../../system.ts'
import { COMPLETE_AGAIN } from './complete-again.cases.ts'

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

const MULTIPART_ETAG = /^"[0-9a-f]{32}-2"$/

export const COMPLETE_UPLOAD: readonly Case[] = [
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
  {
    ...refusal(
      'refuses a part twice',
      (world, { uploadId, etags }) =>
        world.complete(uploadId, [
          [1, etags[0]],
          [1, etags[0]],
        ]),
      400,
      'InvalidPartOrder',
    ),
    see: 'https://github.com/transloadit/uppy/issues/2324',
  },
  {
    title: 'refuses a list that names a part once for each time it was sent',
    see: PAGES.cephOnAws,
    request: async (world) => {
      const uploadId = await world.createUpload()
      const first = await world.uploadPart(uploadId, 1, 'first')
      const second = await world.uploadPart(uploadId, 1, 'second')
      return world.complete(uploadId, [
        [1, first],
        [1, second],
      ])
    },
    status: 400,
    code: 'InvalidPartOrder',
    effect: storedNothing,
  },
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
  ...COMPLETE_AGAIN,
]
