/**
 * A captive portal, a proxy or a gateway may answer any call with any status, or with S3's answer to
 * another call. No operation takes such an answer for its own.
 */

import { type Reply, startScriptedS3 } from '@waybill/test-support/scripted-s3'
import { describe, expect, it } from 'vitest'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
} from '../../src/storage/multipart.ts'
import {
  deleteObject,
  headObject,
  isHeld,
  listObjects,
  listVersions,
  putTags,
  readFirstBytes,
  readTags,
} from '../../src/storage/objects.ts'
import type { S3CallContext } from '../../src/storage/s3-call-context.ts'

const OBJECT = { key: 'a.png' }
const VERSION = { ...OBJECT, versionId: 'v1' }
const OF_VERSION = { 'x-amz-version-id': 'v1' }
const UPLOAD = { ...OBJECT, uploadId: 'u' }
const ETAG = '"0123456789abcdef"'
const MARK = { 'x-amz-request-id': 'r' }
const FIVE = { etag: ETAG, size: 5 }
const HEAD = { ...MARK, etag: ETAG, 'content-length': '5' }

const list = (root: string, content = '', headers = {}): Reply => ({
  body: `<${root}>${content}</${root}>`,
  headers,
})
const tagged = (value: string, headers = {}) =>
  list('Tagging', `<TagSet><Tag><Key>waybill</Key><Value>${value}</Value></Tag></TagSet>`, headers)

interface Operation {
  readonly ask: (s3: S3CallContext) => Promise<unknown>
  readonly right: Reply
  readonly result: unknown
  /** S3's answer to the same call for something else. */
  readonly other?: Reply
}

const begin = (s3: S3CallContext) =>
  createMultipartUpload(s3, { ...OBJECT, headers: {}, isKeyUnique: false, onError: () => {} })

const OPERATIONS: Readonly<Record<string, Operation>> = {
  HeadObject: {
    ask: (s3) => headObject(s3, OBJECT),
    right: { headers: HEAD },
    result: { size: 5, etag: ETAG, type: '' },
  },
  'HeadObject of a lock': {
    ask: (s3) => isHeld(s3, OBJECT),
    right: { headers: { ...HEAD, 'x-amz-object-lock-legal-hold': 'ON' } },
    result: true,
  },
  GetObject: {
    ask: (s3) => readFirstBytes(s3, OBJECT, 5, FIVE),
    right: { headers: { etag: ETAG }, body: 'hello' },
    result: new TextEncoder().encode('hello'),
    other: { headers: { etag: ETAG, 'content-range': 'bytes 0-4/6' }, body: 'hello' },
  },
  DeleteObject: { ask: (s3) => deleteObject(s3, OBJECT), right: { status: 204 }, result: false },
  GetObjectTagging: {
    ask: (s3) => readTags(s3, VERSION),
    right: tagged('pending', OF_VERSION),
    result: { waybill: 'pending' },
  },
  PutObjectTagging: {
    ask: (s3) => putTags(s3, OBJECT, {}, () => true, { waybill: 'verified' }),
    right: { headers: MARK },
    result: true,
  },
  ListObjectsV2: {
    ask: listObjects,
    right: list('ListBucketResult'),
    result: [],
    other: list('ListBucketResult', '<Prefix>b</Prefix>'),
  },
  ListObjectVersions: {
    ask: (s3) => listVersions(s3, 'a'),
    right: list('ListVersionsResult', '<Prefix>a</Prefix>'),
    result: [],
    other: list('ListVersionsResult', '<Prefix>b</Prefix>'),
  },
  CreateMultipartUpload: {
    ask: begin,
    right: list('InitiateMultipartUploadResult', '<Key>a.png</Key><UploadId>u</UploadId>'),
    result: 'u',
    other: list('InitiateMultipartUploadResult', '<Key>b.png</Key><UploadId>v</UploadId>'),
  },
  ListParts: {
    ask: (s3) => listParts(s3, UPLOAD),
    right: list('ListPartsResult', '<Key>a.png</Key><UploadId>u</UploadId>'),
    result: { parts: [], declaresCrc64: false },
    other: list('ListPartsResult', '<Key>a.png</Key><UploadId>v</UploadId>'),
  },
  CompleteMultipartUpload: {
    ask: (s3) => completeMultipartUpload(s3, UPLOAD, [], {}),
    right: list('CompleteMultipartUploadResult', '<Key>a.png</Key>'),
    result: undefined,
    other: list('CompleteMultipartUploadResult', '<Key>b.png</Key>'),
  },
  AbortMultipartUpload: {
    ask: (s3) => abortMultipartUpload(s3, UPLOAD),
    right: { status: 204 },
    result: undefined,
  },
}

const PAGE = '<!doctype html><html><body>Log in</body></html>'
const STATIC = { etag: '"page"', 'content-type': 'text/html', 'x-amz-cf-id': 'c' }

const FOREIGN: readonly (readonly [string, Reply])[] = [
  ['a page', { body: PAGE }],
  ['a well-formed page with an ETag', { body: '<html><body/></html>', headers: STATIC }],
  ['nothing', {}],
  ['JSON', { body: '{"login":true}', headers: { 'content-type': 'application/json' } }],
  ['random bytes', { body: Buffer.from([0, 255, 254, 13, 60, 10, 62, 128]) }],
  ['another document', list('Result', '<UploadId>u</UploadId>')],
  [
    'an answer of S3 to another call',
    { body: '<CopyObjectResult></CopyObjectResult>', headers: MARK },
  ],
  ['a list of tags without one', list('Tagging')],
  // S3 answers with an error document, and a HEAD with its headers.
  ...[403, 404, 405, 412].map((status) => [`an empty ${status}`, { status }] as const),
]

const OTHER_ERROR: Reply = {
  status: 404,
  body: '<Error><Code>NoSuchKey</Code><Key>b.png</Key></Error>',
  headers: MARK,
}

/** The right kind of answer, cut off after two thirds. */
function truncated({ right }: Operation): Reply {
  if (right === 'lost') return right
  const { body = '', ...rest } = right
  return { ...rest, body: body.slice(0, Math.floor((body.length * 2) / 3)) }
}

describe.each(Object.entries(OPERATIONS))('%s', (name, operation) => {
  const { ask, right, result, other } = operation
  const hasBody = right !== 'lost' && right.body
  const foreign: readonly (readonly [string, Reply])[] = [
    ...FOREIGN,
    // What has no body cannot be cut off.
    ...(hasBody ? [['a truncated answer', truncated(operation)] as const] : []),
    ...(other ? [['the answer about something else', other] as const] : []),
    ...(name.startsWith('Head') ? [] : [["S3's error about something else", OTHER_ERROR] as const]),
  ]

  // A PutObjectTagging without a header of S3's is proven by reading the tags.
  const asked = (reply: Reply) => {
    const isProven = name === 'PutObjectTagging' && reply !== 'lost' && !reply.status
    return isProven ? [reply, tagged('pending')] : [reply]
  }

  it.each(foreign)('does not accept %s as a response, and retries', async (_what, reply) => {
    const { context, waited } = await startScriptedS3([...asked(reply), right])
    expect(await ask(context)).toEqual(result)
    expect(waited).toHaveLength(1)
  })

  it.each(foreign)('fails temporarily if %s is all that comes', async (_what, reply) => {
    const script = [...asked(reply), ...asked(reply)]
    const { context } = await startScriptedS3(script, { maxAttempts: 2 })
    await expect(ask(context)).rejects.toMatchObject({
      name: 'StorageUnavailable',
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(/ after 2 tries: .* not an S3 response/),
    })
  })
})

const OF_ANOTHER = { 'x-amz-version-id': 'v2' }

describe("a response with another version's id", () => {
  it.each<[string, (s3: S3CallContext) => Promise<unknown>, Reply]>([
    ['HeadObject', (s3) => headObject(s3, VERSION), { headers: HEAD }],
    ['GetObject', (s3) => readFirstBytes(s3, VERSION, 5, FIVE), { headers: HEAD, body: 'hello' }],
    ['DeleteObject', (s3) => deleteObject(s3, VERSION), { status: 204 }],
    ['GetObjectTagging', (s3) => readTags(s3, VERSION), tagged('pending', OF_VERSION)],
    [
      'PutObjectTagging',
      (s3) => putTags(s3, VERSION, {}, () => true, { waybill: 'verified' }),
      { headers: MARK },
    ],
  ])('is not accepted for %s', async (_operation, ask, right) => {
    if (right === 'lost') return
    const foreign = { ...right, headers: { ...right.headers, ...OF_ANOTHER } }
    const { context, waited } = await startScriptedS3([foreign, right])
    await ask(context)
    expect(waited).toHaveLength(1)
  })
})

describe('PutObjectTagging with a store that sends no S3 headers', () => {
  it('succeeds if the object has the tags', async () => {
    const { context, received } = await startScriptedS3([{}, tagged('verified')])
    expect(await putTags(context, OBJECT, {}, () => true, { waybill: 'verified' })).toBe(true)
    expect(received.map(({ method }) => method)).toEqual(['PUT', 'GET'])
  })
})
