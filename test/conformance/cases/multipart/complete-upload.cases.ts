/**
 * CompleteMultipartUpload: which parts make which object.
 *
 * @module
 */

import { type Case, following, headed, type Status, stored, storedNothing } from '../../case.ts'
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
import { type System, textAt } from '../../system.ts'
import { COMPLETE_AGAIN } from './complete-again.cases.ts'

const DECLARED = { 'content-type': 'video/mp4', 'x-amz-meta-owner': 'me' }

const refusal = (
  title: string,
  ask: (system: System, parts: Parts) => Promise<RawRequest>,
  status: Status,
): Case => ({ title, see: COMPLETE, request: completing(ask), status, effect: storedNothing })

const MULTIPART_ETAG = /^"[0-9a-f]{32}-2"$/

export const COMPLETE_UPLOAD = following(COMPLETE, [
  {
    title: 'combines the parts into an object',
    request: completing((system, parts) => system.complete(parts.uploadId, all(parts))),
    body: /<CompleteMultipartUploadResult.*<Location>http.*<ChecksumCRC64NVME>.{11}=<\/ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</,
    effect: async (system, reply) => {
      const actual = await system.read()
      if (actual !== `${FIVE_MIB}last`) return `the object has ${actual?.length} characters`
      const etag = textAt(reply, 'ETag') ?? ''
      return MULTIPART_ETAG.test(etag) ? undefined : `ETag is ${etag}`
    },
  },
  {
    title: "computes the whole object's CRC64NVME",
    see: PAGES.integrity,
    request: completing((system, parts) => system.complete(parts.uploadId, all(parts))),
    effect: async (system, reply) => {
      const combined = textAt(reply, 'ChecksumCRC64NVME')
      const whole = await system.put('whole', Buffer.concat([FIVE_MIB, Buffer.from('last')]))
      const headers = { 'x-amz-checksum-mode': 'ENABLED' }
      const head = await system.reply({ method: 'HEAD', key: system.key, headers })
      const actual = [combined, head.headers['x-amz-checksum-crc64nvme']].join()
      const wanted = whole.headers['x-amz-checksum-crc64nvme']
      return actual === `${wanted},${wanted}`
        ? undefined
        : `CRC64NVME is ${actual}, expected ${wanted}`
    },
  },
  {
    title: 'keeps the headers with which the upload was created',
    see: PAGES.api('CreateMultipartUpload'),
    request: completing((system, parts) => system.complete(parts.uploadId, all(parts)), {
      ...DECLARED,
      'x-amz-tagging': 'a=1',
    }),
    effect: headed({ ...DECLARED, 'x-amz-tagging-count': '1' }),
  },
  {
    title: 'uses only the listed parts',
    request: completing((system, { uploadId, etags }) =>
      system.complete(uploadId, [[2, etags[1]]]),
    ),
    effect: stored('last'),
  },
  {
    title: 'uses the last of two parts with the same number',
    see: PART,
    request: async (system) => {
      const uploadId = await system.createUpload()
      await system.uploadPart(uploadId, 1, 'first')
      return system.complete(uploadId, [[1, await system.uploadPart(uploadId, 1, 'second')]])
    },
    effect: stored('second'),
  },
  {
    title: 'accepts ETags without quotes',
    request: completing((system, { uploadId, etags }) =>
      system.complete(uploadId, [
        [1, etags[0].slice(1, -1)],
        [2, etags[1]],
      ]),
    ),
  },
  {
    title: 'accepts the correct object size',
    request: completing((system, parts) =>
      system.complete(parts.uploadId, all(parts), {
        'x-amz-mp-object-size': String(FIVE_MIB.length + 4),
      }),
    ),
  },
  refusal(
    'refuses a wrong object size',
    (system, parts) => system.complete(parts.uploadId, all(parts), { 'x-amz-mp-object-size': '5' }),
    '400 InvalidRequest',
  ),
  refusal(
    'refuses parts out of order',
    (system, { uploadId, etags }) =>
      system.complete(uploadId, [
        [2, etags[1]],
        [1, etags[0]],
      ]),
    '400 InvalidPartOrder',
  ),
  {
    ...refusal(
      'refuses a part listed twice',
      (system, { uploadId, etags }) =>
        system.complete(uploadId, [
          [1, etags[0]],
          [1, etags[0]],
        ]),
      '400 InvalidPartOrder',
    ),
    see: 'https://github.com/transloadit/uppy/issues/2324',
  },
  {
    title: 'refuses a list with a part once for each time it was sent',
    see: PAGES.cephOnAws,
    request: async (system) => {
      const uploadId = await system.createUpload()
      const first = await system.uploadPart(uploadId, 1, 'first')
      const second = await system.uploadPart(uploadId, 1, 'second')
      return system.complete(uploadId, [
        [1, first],
        [1, second],
      ])
    },
    status: '400 InvalidPartOrder',
    effect: storedNothing,
  },
  refusal(
    'refuses a part with another ETag',
    (system, { uploadId, etags }) => system.complete(uploadId, [[1, etags[1]]]),
    '400 InvalidPart',
  ),
  refusal(
    'refuses a part that was not uploaded',
    (system, { uploadId, etags }) =>
      system.complete(uploadId, [
        [1, etags[0]],
        [3, etags[1]],
      ]),
    '400 InvalidPart',
  ),
  refusal(
    'refuses an empty list',
    (system, { uploadId }) => system.complete(uploadId, []),
    '400 MalformedXML',
  ),
  {
    ...refusal(
      'refuses an empty body',
      (system, { uploadId }) =>
        system.signed({ method: 'POST', key: system.key, query: { uploadId } }),
      '400 InvalidRequest',
    ),
    see: PAGES.recorded('test_s3'),
    body: /You must specify at least one part/,
  },
  refusal(
    'refuses a list that is not XML',
    (system, { uploadId }) =>
      system.signed({ method: 'POST', key: system.key, query: { uploadId }, body: 'parts' }),
    '400 MalformedXML',
  ),
  refusal(
    'refuses a missing upload',
    (system, parts) => system.complete('nothing', all(parts)),
    '404 NoSuchUpload',
  ),
  refusal(
    'refuses an upload under another key',
    async (system, { uploadId }) =>
      system.signed({
        method: 'POST',
        key: 'another',
        query: { uploadId },
        body: '<CompleteMultipartUpload/>',
      }),
    '404 NoSuchUpload',
  ),
  {
    ...refusal(
      'refuses a part smaller than 5 MiB, except the last',
      async (system) => {
        const uploadId = await system.createUpload()
        const etags = [
          await system.uploadPart(uploadId, 1, 'small'),
          await system.uploadPart(uploadId, 2, 'last'),
        ]
        return system.complete(uploadId, [
          [1, etags[0] ?? ''],
          [2, etags[1] ?? ''],
        ])
      },
      '400 EntityTooSmall',
    ),
    see: PAGES.limits,
    body: /<MinSizeAllowed>5242880</,
  },
  {
    title: 'keeps an upload whose completion failed',
    request: completing(async (system, parts) => {
      await system.expect(400, await system.complete(parts.uploadId, [[1, '"x"']]))
      return system.complete(parts.uploadId, all(parts))
    }),
  },
  ...COMPLETE_AGAIN,
])
