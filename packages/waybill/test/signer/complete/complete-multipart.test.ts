/**
 * What completing makes of each answer of the store: `finish-multipart.test.ts` does the same over
 * the local S3, which does not give all of them.
 *
 * @module
 */

import { type Reply, refusal, startScriptedS3 } from '@waybill/test-support/scripted-s3'
import { describe, expect, it } from 'vitest'
import type { Waybill } from '../../../src/seal/waybill.ts'
import { completeMultipart } from '../../../src/signer/complete/complete-multipart.ts'

const MIB = 1024 ** 2
const PART = 5 * MIB
const UPLOAD = { key: 'a', uploadId: 'id' }

const WAYBILL: Waybill = {
  rule: 'video',
  key: 'a',
  size: { min: 11 * MIB, max: 11 * MIB },
  type: 'video/mp4',
  strategy: 'multipart',
  partSize: PART,
  name: 'a',
  id: '',
  metadata: {},
  grantedAt: new Date(0),
  expiration: new Date('2026-11-24T11:00:00Z'),
}

const DECLARED =
  '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>'

/** A list of parts, by number and size. */
function stored(parts: readonly (readonly [number, number])[], more = ''): Reply {
  const list = parts.map(
    ([number, size]) =>
      `<Part><PartNumber>${number}</PartNumber><Size>${size}</Size><ETag>"${number}"</ETag></Part>`,
  )
  return { body: `<ListPartsResult>${list.join('')}${more}</ListPartsResult>` }
}

const ALL = [
  [1, PART],
  [2, PART],
  [3, MIB],
] as const

const COMPLETED: Reply = { body: '<CompleteMultipartUploadResult/>' }
const NOTHING: Reply = { status: 404, headers: { 'x-amz-request-id': 'r' } }

const object = (waybill: string): Reply => ({
  headers: { 'content-length': '11', etag: '"e"', 'x-amz-meta-waybill': waybill },
})

async function complete(script: readonly Reply[], crc64nvme?: string) {
  const { context, received } = await startScriptedS3(script)
  const completion = { waybill: WAYBILL, sealed: 'sealed', crc64nvme }
  const outcome = await completeMultipart({ s3: context }, UPLOAD, completion).catch(
    (error: unknown) => error,
  )
  return { outcome, received, methods: received.map(({ method }) => method) }
}

describe('completeMultipart', () => {
  it('creates the object with conditions, and returns what S3 reports', async () => {
    const { outcome, received, methods } = await complete([
      stored(ALL),
      COMPLETED,
      object('of another'),
    ])
    expect(outcome).toMatchObject({ size: 11, waybill: 'of another' })
    expect(methods).toEqual(['GET', 'POST', 'HEAD'])
    expect(received[1]?.headers).toMatchObject({
      'if-none-match': '*',
      'x-amz-mp-object-size': String(11 * MIB),
    })
  })

  it.each([
    ['both know it', DECLARED, 'crc=', 'crc=', 'FULL_OBJECT'],
    ['the client does not', DECLARED, undefined, undefined, undefined],
    ['it was not declared', '', 'crc=', undefined, undefined],
  ])('sends the CRC64NVME only if %s', async (_when, declared, given, sent, type) => {
    const { received } = await complete([stored(ALL, declared), COMPLETED, object('x')], given)
    const headers = received[1]?.headers ?? {}
    expect([headers['x-amz-checksum-crc64nvme'], headers['x-amz-checksum-type']]).toEqual([
      sent,
      type,
    ])
  })

  it.each<[string, readonly (readonly [number, number])[], string | RegExp]>([
    ['no part', [], 'storage has 0 parts, expected 3: part 1 is missing'],
    ['not the last one', ALL.slice(0, 2), 'storage has 2 parts, expected 3: part 3 is missing'],
    ['a gap', [ALL[0], ALL[2]], 'storage has 2 parts, expected 3: part 2 is missing'],
    [
      'a gap before the last',
      [ALL[0], ALL[1], [4, MIB]],
      'storage has 3 parts, expected 3: part 3',
    ],
    ['one that is far off', [...ALL, [5, 1]], /^storage has 4 parts, expected 3$/],
    ['one too many', [...ALL, [4, 1]], 'part 4 is 1 bytes, 0 were signed'],
    ['an empty one too many', [...ALL, [4, 0]], /^storage has 4 parts, expected 3$/],
    ['a short one', [[1, PART - 1], ALL[1], ALL[2]], 'part 1 is 5242879 bytes, 5242880 were'],
    ['a last one that is long', [ALL[0], ALL[1], [3, MIB + 1]], 'part 3 is 1048577 bytes'],
  ])('creates no object if the store has %s', async (_what, parts, message) => {
    const { outcome, methods } = await complete([stored(parts)])
    expect(outcome).toMatchObject({
      code: 'UPLOAD_INCOMPLETE',
      message: expect.stringMatching(message),
    })
    expect(methods).toEqual(['GET'])
  })

  it('reports a wrong checksum with both values', async () => {
    const { outcome, methods } = await complete(
      [stored(ALL, DECLARED), refusal(400, 'BadDigest')],
      'crc=',
    )
    expect(outcome).toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      message: 'the parts do not make an object with the CRC64NVME crc=',
      cause: { code: 'BadDigest' },
    })
    expect(methods).toEqual(['GET', 'POST'])
  })

  it.each([
    ['the upload is gone', [refusal(404, 'NoSuchUpload')]],
    ['the key is taken', [stored(ALL), refusal(412, 'PreconditionFailed')]],
  ])('finds its own object if %s, and no other', async (_why, script) => {
    const own = await complete([...script, object('sealed')])
    expect(own.outcome).toMatchObject({ size: 11, waybill: 'sealed' })
    for (const other of [object('of another'), NOTHING]) {
      const { outcome } = await complete([...script, other])
      expect(outcome).toMatchObject({ name: 'S3Error' })
    }
  })

  it('fails with any other refusal, without looking for an object', async () => {
    const listing = await complete([refusal(403, 'AccessDenied')])
    expect([listing.outcome, listing.methods]).toEqual([
      expect.objectContaining({ code: 'AccessDenied' }),
      ['GET'],
    ])
    const completing = await complete([stored(ALL), refusal(400, 'InvalidPart')])
    expect([completing.outcome, completing.methods]).toEqual([
      expect.objectContaining({ code: 'InvalidPart' }),
      ['GET', 'POST'],
    ])
  })

  it('reports that the completed object no longer exists', async () => {
    const { outcome } = await complete([stored(ALL), COMPLETED, NOTHING])
    expect(outcome).toMatchObject({
      code: 'OBJECT_NOT_FOUND',
      message: 'object was completed, but no longer exists',
    })
  })

  it('completes without conditions if the store has none and there is no object', async () => {
    const { outcome, received, methods } = await complete(
      [stored(ALL, DECLARED), refusal(501, 'NotImplemented'), NOTHING, COMPLETED, object('sealed')],
      'crc=',
    )
    expect(outcome).toMatchObject({ waybill: 'sealed' })
    expect(methods).toEqual(['GET', 'POST', 'HEAD', 'POST', 'HEAD'])
    for (const name of ['if-none-match', 'x-amz-mp-object-size', 'x-amz-checksum-crc64nvme']) {
      expect(received[1]?.headers).toHaveProperty(name)
      expect(received[3]?.headers).not.toHaveProperty(name)
    }
  })

  it('replaces no object if the store has no conditions', async () => {
    const { outcome, methods } = await complete([
      stored(ALL),
      refusal(501, 'NotImplemented'),
      object('of another'),
      object('of another'),
    ])
    expect(outcome).toMatchObject({ code: 'PreconditionFailed' })
    expect(methods).toEqual(['GET', 'POST', 'HEAD', 'HEAD'])
  })
})
