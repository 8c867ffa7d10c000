import { createHash } from 'node:crypto'
import { refusal, startScriptedS3 } from '@waybill/test-support/scripted-s3'
import { describe, expect, it } from 'vitest'
import { regionOfArn } from '../../src/storage/call-aws.ts'
import {
  deleteObject,
  headObject,
  listObjects,
  putTags,
  readFirstBytes,
  readTags,
} from '../../src/storage/objects.ts'
import { shorterLimit, timeLeftMs } from '../../src/storage/time-limit.ts'

const OBJECT = { key: 'a b' }
const MARK = { 'x-amz-request-id': 'r' }
const VERSION = { key: 'a b', versionId: 'v1' }

describe('headObject', () => {
  it('requests many objects over one connection', async () => {
    const replies = Array.from({ length: 20 }, () => ({
      headers: { ...MARK, connection: 'keep-alive', etag: '"e"', 'content-length': '0' },
    }))
    const { context, connections } = await startScriptedS3(replies)
    for (const _reply of replies) expect(await headObject(context, OBJECT)).toBeDefined()
    // Node's `fetch` opens a second one beside the first, which is still busy with its answer.
    expect(connections()).toBeLessThanOrEqual(2)
  })

  it("requests that version's checksums, and returns everything S3 reports", async () => {
    const { context, received } = await startScriptedS3([
      {
        headers: {
          'content-length': '5',
          'content-type': 'text/plain',
          etag: '"e"',
          'x-amz-version-id': 'v1',
          'x-amz-meta-waybill': 'sealed',
          'content-encoding': 'gzip',
          'content-disposition': 'inline',
          'x-amz-checksum-type': 'FULL_OBJECT',
          'x-amz-checksum-sha256': 'sha=',
          'x-amz-checksum-crc64nvme': 'crc=',
          'last-modified': 'Tue, 24 Nov 2026 10:00:00 GMT',
        },
      },
    ])
    expect(await headObject(context, VERSION)).toStrictEqual({
      size: 5,
      type: 'text/plain',
      etag: '"e"',
      versionId: 'v1',
      waybill: 'sealed',
      encoding: 'gzip',
      disposition: 'inline',
      sha256: 'sha=',
      crc64nvme: 'crc=',
      lastModified: 'Tue, 24 Nov 2026 10:00:00 GMT',
    })
    expect(received).toEqual([
      expect.objectContaining({ method: 'HEAD', key: 'a b', query: { versionId: 'v1' } }),
    ])
    expect(received[0]?.headers['x-amz-checksum-mode']).toBe('ENABLED')
  })

  it("leaves out what S3 does not report, a null version and the parts' checksums", async () => {
    const { context, received } = await startScriptedS3([
      {
        headers: {
          'content-length': '0',
          etag: '"e"',
          'x-amz-version-id': 'null',
          'x-amz-checksum-type': 'COMPOSITE',
          'x-amz-checksum-sha256': 'sha=-2',
          'x-amz-checksum-crc64nvme': 'crc=-2',
        },
      },
      { headers: { ...MARK, 'content-length': '0', etag: '"e"' } },
    ])
    const least = { size: 0, type: '', etag: '"e"' }
    expect(await headObject(context, OBJECT)).toStrictEqual(least)
    expect(await headObject(context, OBJECT)).toStrictEqual(least)
    expect(received[0]?.query).toEqual({})
  })

  it.each([[404], [405]])('finds nothing if S3 answers %i', async (status) => {
    const { context } = await startScriptedS3([{ status, headers: MARK }])
    expect(await headObject(context, OBJECT)).toBeUndefined()
  })

  it('fails with any other refusal, and if the storage is unavailable', async () => {
    const { context } = await startScriptedS3([{ status: 403, headers: MARK }, 'lost'], {
      maxAttempts: 1,
    })
    await expect(headObject(context, OBJECT)).rejects.toMatchObject({ code: 'AccessDenied' })
    await expect(headObject(context, OBJECT)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
  })
})

describe('deleteObject', () => {
  it('deletes that version, if it still has these bytes', async () => {
    const { context, received } = await startScriptedS3([{ status: 204 }, { status: 204 }])
    await deleteObject(context, VERSION, '"e"')
    await deleteObject(context, OBJECT)
    expect(received.map(({ method, key, query }) => [method, key, query])).toEqual([
      ['DELETE', 'a b', { versionId: 'v1' }],
      ['DELETE', 'a b', {}],
    ])
    expect(received.map(({ headers }) => headers['if-match'])).toEqual(['"e"', undefined])
  })
})

describe('readFirstBytes', () => {
  const HEAD = { etag: '"e"', size: 5 }

  it('requests that many bytes from the start, from the object with this ETag', async () => {
    const { context, received } = await startScriptedS3([
      // A compressing proxy weakens the ETag.
      { status: 206, body: 'hello', headers: { etag: 'W/"e"' } },
      { body: 'whole', headers: { etag: '"e"' } },
    ])
    const bytes = await readFirstBytes(context, VERSION, 5, HEAD)
    expect(Buffer.from(bytes).toString()).toBe('hello')
    expect(await readFirstBytes(context, OBJECT, 1, HEAD)).toHaveLength(5)
    expect(received[0]).toMatchObject({ method: 'GET', key: 'a b', query: { versionId: 'v1' } })
    expect(received.map(({ headers }) => [headers.range, headers['if-match']])).toEqual([
      ['bytes=0-4', '"e"'],
      ['bytes=0-0', '"e"'],
    ])
  })
})

describe('listObjects', () => {
  it('reads all pages', async () => {
    const { context, received } = await startScriptedS3([
      {
        body:
          '<ListBucketResult><Contents><Key>a</Key><Size>1</Size><LastModified>2026</LastModified><ETag>"e"</ETag></Contents>' +
          '<NextContinuationToken>t/1</NextContinuationToken></ListBucketResult>',
      },
      { body: '<ListBucketResult><Contents><Size>2</Size></Contents></ListBucketResult>' },
    ])
    expect(await listObjects(context)).toEqual([
      { key: 'a', size: 1, lastModified: '2026', etag: 'e' },
      { key: '', size: 2, lastModified: '', etag: '' },
    ])
    expect(received.map(({ method, key, query }) => [method, key, query])).toEqual([
      ['GET', '', { 'list-type': '2' }],
      ['GET', '', { 'list-type': '2', 'continuation-token': 't/1' }],
    ])
  })
})

describe('readTags', () => {
  const NONE = { body: '<Tagging><TagSet/></Tagging>' }

  it("reads that version's names and values", async () => {
    const { context, received } = await startScriptedS3([
      {
        body: '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag/></TagSet></Tagging>',
        headers: { 'x-amz-version-id': 'v1' },
      },
      NONE,
      NONE,
    ])
    expect(await readTags(context, VERSION)).toEqual({ a: '1', '': '' })
    expect(await readTags(context, OBJECT)).toEqual({})
    expect(received[0]).toMatchObject({
      method: 'GET',
      key: 'a b',
      query: { tagging: '', versionId: 'v1' },
    })
    expect(received[1]?.query).toEqual({ tagging: '' })
  })

  it('reads tags without a version id until two responses agree', async () => {
    const other = { body: '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>' }
    const { context, received } = await startScriptedS3([other, NONE, NONE, NONE])
    expect(await readTags(context, OBJECT)).toEqual({})
    expect(received).toHaveLength(4)
  })
})

const isOurs = (name: string) => name.startsWith('waybill')

describe('putTags', () => {
  it('replaces its own tags as a whole, and keeps others', async () => {
    const { context, received } = await startScriptedS3([{ headers: MARK }])
    const before = { waybill: 'pending', 'waybill-why': 'x', scan: 'clean' }
    expect(await putTags(context, VERSION, before, isOurs, { waybill: 'verified' })).toBe(true)
    const [call] = received
    expect(call).toMatchObject({ method: 'PUT', query: { tagging: '', versionId: 'v1' } })
    expect(call?.body).toContain(
      '<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>' +
        '<Tag><Key>scan</Key><Value>clean</Value></Tag>' +
        '<Tag><Key>waybill</Key><Value>verified</Value></Tag></TagSet></Tagging>',
    )
    expect(call?.headers['x-amz-checksum-sha256']).toBe(
      createHash('sha256')
        .update(call?.body ?? '')
        .digest('base64'),
    )
  })

  it('sends nothing if the object already has these tags', async () => {
    const { context, received } = await startScriptedS3([])
    const before = { scan: 'clean', waybill: 'verified' }
    expect(await putTags(context, OBJECT, before, isOurs, { waybill: 'verified' })).toBe(false)
    expect(received).toEqual([])
  })

  it.each([
    ['a value differs', { waybill: 'pending' }, { waybill: 'verified' }],
    ['one of two differs', { scan: 'x', waybill: 'pending' }, { waybill: 'verified' }],
    ['a name is new', {}, { waybill: 'verified' }],
    ['a name goes', { waybill: 'verified', 'waybill-why': 'x' }, { waybill: 'verified' }],
  ])('sends them if %s', async (_what, before, after) => {
    const { context, received } = await startScriptedS3([{ headers: MARK }])
    expect(await putTags(context, OBJECT, before, isOurs, after)).toBe(true)
    expect(received).toHaveLength(1)
  })

  it('fails if S3 refuses them', async () => {
    const { context } = await startScriptedS3([refusal(403, 'AccessDenied')])
    await expect(putTags(context, OBJECT, {}, isOurs, { w: '1' })).rejects.toThrow('because')
  })
})

describe('regionOfArn', () => {
  it.each([
    ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:seal', 'eu-west-1'],
    ['arn:aws-us-gov:kms:us-gov-west-1:1:key/2', 'us-gov-west-1'],
    ['arn:aws:s3:::uploads', undefined],
    ['uploads', undefined],
    ['x arn:aws:kms:eu-west-1:1:key/2', undefined],
    ['arn:aws:kms:eu-west-1', undefined],
  ])('finds the region in %s: %s', (text, region) => {
    expect(regionOfArn(text)).toBe(region)
  })
})

describe('time limits', () => {
  it('are unlimited by default, and the shorter of two otherwise', () => {
    expect(timeLeftMs({})).toBe(Number.POSITIVE_INFINITY)
    const limit = (ms: number) => ({ remainingTimeMs: () => ms })
    expect(timeLeftMs(shorterLimit(limit(5), limit(3)))).toBe(3)
    expect(timeLeftMs(shorterLimit(limit(5), {}))).toBe(5)
  })
})
