import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseErrorXml, S3Error } from 'waybill-s3'
import { errorXml, isS3ErrorCode, readErrorXml, StoreError } from '../src/s3-error.ts'
import { parseXml } from '../src/xml.ts'

describe('S3Error', () => {
  it("uses the code's own status and message by default", () => {
    expect(new S3Error('NoSuchKey')).toMatchObject({
      name: 'S3Error',
      status: 404,
      message: 'The specified key does not exist.',
    })
    expect(new S3Error('NoSuchKey', 'gone', {}, 410)).toMatchObject({
      status: 410,
      message: 'gone',
    })
  })

  it("accepts another store's code", () => {
    expect(new S3Error('XMinioStorageFull')).toMatchObject({
      code: 'XMinioStorageFull',
      status: 400,
      message: 'XMinioStorageFull',
    })
  })
})

describe('instanceof S3Error', () => {
  it('is also true for errors that the client parses without the table', () => {
    expect(new StoreError('NoSuchKey', 'gone', {}, 404)).toBeInstanceOf(S3Error)
    expect(new S3Error('NoSuchKey')).toBeInstanceOf(S3Error)
  })

  it.each([new Error('NoSuchKey'), { code: 'NoSuchKey', status: 404 }, null, 'NoSuchKey'])(
    'is false for anything else: %s',
    (value) => {
      expect(value instanceof S3Error).toBe(false)
    },
  )
})

describe('isS3ErrorCode', () => {
  it.each(['toString', '__proto__', 'constructor', '', 'nosuchkey'])(
    "does not recognize '%s'",
    (code) => {
      expect(isS3ErrorCode(code)).toBe(false)
      expect(new S3Error(code).status).toBe(400)
    },
  )
})

describe('errorXml and readErrorXml', () => {
  const said = fc.string({ unit: 'grapheme' })

  it('round-trip an error', () => {
    fc.assert(
      fc.property(said, said, said, (message, resource, sent) => {
        const error = new S3Error('EntityTooLarge', message, { ProposedSize: sent })
        const document = errorXml(error, { Resource: resource, RequestId: 'r' })
        const read = readErrorXml(parseXml(document), 400)
        expect(read).toMatchObject({ code: 'EntityTooLarge', message, status: 400 })
        expect(read?.detail).toEqual({ ProposedSize: sent, Resource: resource, RequestId: 'r' })
      }),
    )
  })

  it('take the status from the table if an error comes with status 200', () => {
    // CompleteMultipartUpload sends its 200 before it knows: https://github.com/aws/aws-sdk-java-v2/issues/7068
    const document = errorXml(new S3Error('InternalError'))
    expect(readErrorXml(parseXml(document), 200)?.status).toBe(500)
    expect(readErrorXml(parseXml(document), 300)?.status).toBe(300)
  })

  it('find no error in another document', () => {
    expect(readErrorXml(parseXml('<a><Code>NoSuchKey</Code></a>'), 404)).toBeUndefined()
  })

  it('read an empty error', () => {
    const read = readErrorXml(parseXml('<Error/>'), 503)
    expect(read).toMatchObject({ code: 'InternalError', status: 503 })
    expect(read?.detail).toEqual({})
  })

  it('read no text from an element that has children', () => {
    const document = '<Error><Code>NoSuchKey</Code><Other><A>1</A></Other></Error>'
    expect(readErrorXml(parseXml(document), 404)?.detail).toEqual({ Other: '' })
  })
})

describe('parseErrorXml', () => {
  it('parses the error in a response body', () => {
    const body = errorXml(new S3Error('NoSuchBucket'), { BucketName: 'uploads' })
    expect(parseErrorXml(body, 404)).toMatchObject({
      code: 'NoSuchBucket',
      status: 404,
      detail: { BucketName: 'uploads' },
    })
  })

  it.each(['', '<html><p>Bad gateway</html>', '<ListBucketResult/>', 'upstream timed out'])(
    "finds no error in '%s'",
    (body) => {
      expect(parseErrorXml(body, 502)).toBeUndefined()
    },
  )
})
