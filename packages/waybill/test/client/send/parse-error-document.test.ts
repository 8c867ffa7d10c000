import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseErrorXml, S3Error } from 'waybill-s3'
import { errorXml } from '../../../../waybill-s3/src/s3-error.ts'
import { parseErrorDocument } from '../../../src/client/send/parse-storage-error.ts'

function membersOf(error: S3Error | undefined) {
  return { code: error?.code, message: error?.message, detail: error?.detail }
}

describe('parseErrorDocument', () => {
  const said = fc.string({ unit: 'grapheme' })

  it('reads any error as the full XML parser does', () => {
    fc.assert(
      fc.property(said, said, said, (message, resource, sent) => {
        const error = new S3Error('EntityTooLarge', message, { ProposedSize: sent })
        const document = errorXml(error, { Resource: resource, RequestId: 'r' })
        expect(membersOf(parseErrorDocument(document, 400))).toEqual(
          membersOf(parseErrorXml(document, 400)),
        )
      }),
    )
  })

  it("reads other stores' documents", () => {
    const body =
      '\uFEFF<?xml version="1.0"?>\n<Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n' +
      '  <Code>XMinioStorageFull</Code>\n  <Message>full &amp; &lt;&#x1F600;&gt; &quot;&#10;&apos;</Message>\n</Error>\n'
    expect(parseErrorDocument(body, 507)).toMatchObject({
      code: 'XMinioStorageFull',
      message: `full & <\u{1F600}> "\n'`,
      status: 507,
    })
  })

  it('leaves anything else after an ampersand unchanged', () => {
    const { message } = parseErrorDocument(
      '<Error><Message>&constructor; &#x110000; &nbsp; &</Message></Error>',
      400,
    )
    expect(message).toBe('&constructor; &#x110000; &nbsp; &')
  })

  it('uses the code as the message if there is none', () => {
    expect(parseErrorDocument('<Error><Code>SlowDown</Code></Error>', 503).message).toBe('SlowDown')
  })

  it.each([
    '',
    '<html><p>Bad gateway</html>',
    '<ListBucketResult/>',
    '<a><Code>NoSuchKey</Code></a>',
    'oops<Error><Code>NoSuchKey</Code></Error>',
    '<Error><Code>NoSuchKey</Code></Error>oops',
  ])("finds no code in '%s'", (body) => {
    expect(parseErrorDocument(body, 502)).toMatchObject({
      code: '',
      message: 'not an S3 error document',
      detail: {},
      status: 502,
    })
  })
})
