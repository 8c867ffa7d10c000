import { NOW, type Reply, refusal, startScriptedS3 } from '@waybill/test-support/scripted-s3'
import { describe, expect, it } from 'vitest'
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listParts,
} from '../../src/storage/multipart.ts'

const KEY = 'films/a b.mp4'
const UPLOAD = { key: KEY, uploadId: 'upload/1' }
const CREATED: Reply = {
  body: '<InitiateMultipartUploadResult><UploadId>upload/1</UploadId></InitiateMultipartUploadResult>',
}
const DECLARED = {
  'x-amz-checksum-algorithm': 'CRC64NVME',
  'x-amz-checksum-type': 'FULL_OBJECT',
}

function createOptions(isKeyUnique = true) {
  const told: unknown[] = []
  const onError = (error: unknown) => void told.push(error)
  return { key: KEY, headers: { 'content-type': 'video/mp4' }, isKeyUnique, onError, told }
}

/** One upload of a list of uploads. `secondsAgo` is counted from when the creation began. */
function listed(key: string, uploadId: string, secondsAgo: number): string {
  const initiated = new Date(NOW.getTime() - secondsAgo * 1000).toISOString()
  return `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated}</Initiated></Upload>`
}

const uploads = (...all: string[]): Reply => ({
  body: `<ListMultipartUploadsResult>${all.join('')}</ListMultipartUploadsResult>`,
})

describe('createMultipartUpload', () => {
  it("declares a CRC64NVME for the whole object, in addition to the object's headers", async () => {
    const { context, received } = await startScriptedS3([CREATED])
    expect(await createMultipartUpload(context, createOptions())).toBe('upload/1')
    expect(received).toEqual([
      expect.objectContaining({ method: 'POST', key: KEY, query: { uploads: '' } }),
    ])
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'video/mp4', ...DECLARED })
  })

  it.each([
    [501, 'NotImplemented'],
    [400, 'InvalidArgument'],
    [400, 'InvalidRequest'],
  ])('declares nothing if the store answers %i %s', async (status, code) => {
    const { context, received } = await startScriptedS3([refusal(status, code), CREATED])
    expect(await createMultipartUpload(context, createOptions())).toBe('upload/1')
    expect(received[1]?.headers['content-type']).toBe('video/mp4')
    for (const name of Object.keys(DECLARED)) expect(received[1]?.headers[name]).toBeUndefined()
  })

  it('fails at once with any other refusal', async () => {
    const { context, received } = await startScriptedS3([refusal(403, 'AccessDenied'), CREATED])
    await expect(createMultipartUpload(context, createOptions())).rejects.toMatchObject({
      code: 'AccessDenied',
    })
    expect(received).toHaveLength(1)
  })

  it('aborts only what a lost response has left under its key', async () => {
    const { context, received } = await startScriptedS3([
      'lost',
      uploads(
        listed(KEY, 'ours', 0),
        listed(KEY, 'ours by a clock 5 s behind', 5),
        listed(KEY, 'older', 6),
        listed(`${KEY}.part`, 'of another key that begins the same', 0),
        listed('other', 'of another key', 0),
        listed(KEY, '', 0),
        `<Upload><Key>${KEY}</Key><UploadId>of an unknown time</UploadId></Upload>`,
      ),
      { status: 204 },
      { status: 204 },
      CREATED,
    ])
    expect(await createMultipartUpload(context, createOptions())).toBe('upload/1')
    expect(received.map(({ method, key, query }) => [method, key, query])).toEqual([
      ['POST', KEY, { uploads: '' }],
      ['GET', '', { uploads: '', prefix: KEY }],
      ['DELETE', KEY, { uploadId: 'ours' }],
      ['DELETE', KEY, { uploadId: 'ours by a clock 5 s behind' }],
      ['POST', KEY, { uploads: '' }],
    ])
  })

  it('aborts nothing under a key that other uploads may share', async () => {
    const { context, received } = await startScriptedS3(['lost', CREATED])
    expect(await createMultipartUpload(context, createOptions(false))).toBe('upload/1')
    expect(received.map(({ method }) => method)).toEqual(['POST', 'POST'])
  })

  it('continues if it may not list uploads, and reports it', async () => {
    const { context } = await startScriptedS3(['lost', refusal(403, 'AccessDenied'), CREATED])
    const options = createOptions()
    expect(await createMultipartUpload(context, options)).toBe('upload/1')
    expect(options.told).toEqual([expect.objectContaining({ code: 'AccessDenied' })])
  })
})

function part(number: number, crc?: string): string {
  const checksum = crc === undefined ? '' : `<ChecksumCRC64NVME>${crc}</ChecksumCRC64NVME>`
  return `<Part><PartNumber>${number}</PartNumber><ETag>"e${number}"</ETag><Size>${number}0</Size>${checksum}</Part>`
}

const parts = (...all: string[]): Reply => ({
  body: `<ListPartsResult>${all.join('')}</ListPartsResult>`,
})

const truncated = (marker: number) =>
  `<IsTruncated>true</IsTruncated><NextPartNumberMarker>${marker}</NextPartNumberMarker>`

describe('listParts', () => {
  it('reads all pages, and returns the parts in ascending order', async () => {
    const { context, received } = await startScriptedS3([
      parts(part(2), part(1, 'abc='), truncated(2)),
      parts(
        part(3),
        '<IsTruncated>false</IsTruncated><NextPartNumberMarker>3</NextPartNumberMarker>',
      ),
    ])
    expect(await listParts(context, UPLOAD)).toEqual({
      parts: [
        { partNumber: 1, size: 10, etag: '"e1"', crc64nvme: 'abc=' },
        { partNumber: 2, size: 20, etag: '"e2"' },
        { partNumber: 3, size: 30, etag: '"e3"' },
      ],
      declaresCrc64: false,
    })
    const query = { uploadId: 'upload/1', 'max-parts': '1000' }
    expect(received.map((call) => [call.method, call.key, call.query])).toEqual([
      ['GET', KEY, { ...query, 'part-number-marker': '0' }],
      ['GET', KEY, { ...query, 'part-number-marker': '2' }],
    ])
  })

  it.each([
    ['stays where it is', truncated(0)],
    ['is missing', '<IsTruncated>true</IsTruncated>'],
  ])('ends if the marker of a truncated page %s', async (_what, end) => {
    const { context, received } = await startScriptedS3([parts(part(1), end), parts(part(2))])
    expect((await listParts(context, UPLOAD)).parts).toHaveLength(1)
    expect(received).toHaveLength(1)
  })

  it.each([
    ['CRC64NVME', 'FULL_OBJECT', true],
    ['CRC64NVME', 'COMPOSITE', false],
    ['CRC32', 'FULL_OBJECT', false],
  ])(
    'reports for %s, %s whether a CRC64NVME was declared: %s',
    async (algorithm, type, declared) => {
      const { context } = await startScriptedS3([
        parts(
          `<ChecksumAlgorithm>${algorithm}</ChecksumAlgorithm><ChecksumType>${type}</ChecksumType>`,
        ),
      ])
      expect(await listParts(context, UPLOAD)).toEqual({ parts: [], declaresCrc64: declared })
    },
  )

  it('returns an empty ETag if the store sends none', async () => {
    const { context } = await startScriptedS3([
      parts('<Part><PartNumber>1</PartNumber><Size>1</Size></Part>'),
    ])
    const { parts: found } = await listParts(context, UPLOAD)
    expect(found).toEqual([{ partNumber: 1, size: 1, etag: '' }])
  })

  it('reports NoSuchUpload also if the store says NoSuchKey, but keeps other errors', async () => {
    const { context } = await startScriptedS3([
      refusal(404, 'NoSuchKey'),
      refusal(403, 'AccessDenied'),
    ])
    await expect(listParts(context, UPLOAD)).rejects.toMatchObject({
      code: 'NoSuchUpload',
      status: 404,
      detail: { RequestId: 'request-1' },
    })
    await expect(listParts(context, UPLOAD)).rejects.toMatchObject({ code: 'AccessDenied' })
  })
})

describe('completeMultipartUpload', () => {
  it("sends the parts' numbers and ETags, with the given headers", async () => {
    const { context, received } = await startScriptedS3([
      { body: '<CompleteMultipartUploadResult/>' },
    ])
    const stored = [
      { partNumber: 1, size: 10, etag: '"e1"' },
      { partNumber: 2, size: 20, etag: '"e2"' },
    ]
    await completeMultipartUpload(context, UPLOAD, stored, { 'if-none-match': '*' })
    const [call] = received
    expect(call).toMatchObject({ method: 'POST', key: KEY, query: { uploadId: 'upload/1' } })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/xml',
      'if-none-match': '*',
    })
    expect(call?.body).toContain(
      '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<Part><PartNumber>1</PartNumber><ETag>&quot;e1&quot;</ETag></Part>' +
        '<Part><PartNumber>2</PartNumber><ETag>&quot;e2&quot;</ETag></Part></CompleteMultipartUpload>',
    )
  })

  it('waits six times as long for the response as other calls do', async () => {
    const { context } = await startScriptedS3([], {
      requestTimeoutMs: 50,
      maxAttempts: 1,
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new Error('timeout')))
        }),
    })
    const started = performance.now()
    await expect(completeMultipartUpload(context, UPLOAD, [], {})).rejects.toThrow(
      /^CompleteMultipartUpload failed after 1 try: \S+ did not respond/,
    )
    expect(performance.now() - started).toBeGreaterThan(250)
  })
})

describe('abortMultipartUpload', () => {
  it.each([['NoSuchUpload'], ['NoSuchKey']])('also succeeds if the store says %s', async (code) => {
    const { context, received } = await startScriptedS3([refusal(404, code)])
    await abortMultipartUpload(context, UPLOAD)
    expect(received).toEqual([
      expect.objectContaining({ method: 'DELETE', key: KEY, query: { uploadId: 'upload/1' } }),
    ])
  })

  it('fails with any other refusal', async () => {
    const { context } = await startScriptedS3([refusal(403, 'AccessDenied')])
    await expect(abortMultipartUpload(context, UPLOAD)).rejects.toMatchObject({
      code: 'AccessDenied',
    })
  })
})
