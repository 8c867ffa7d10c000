/**
 * The parsers of requests: whatever comes in, a message of the protocol goes out, or an `UploadError`.
 *
 * @module
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FileDescription, UploadError } from 'waybill'
import { parseCompleteRequest } from '../../src/protocol/parse-complete.ts'
import { parseCreateRequest } from '../../src/protocol/parse-create.ts'
import { parsePartsRequest, parseUploadReference } from '../../src/protocol/parse-reference.ts'

const PARSERS = [
  ['parseCreateRequest', parseCreateRequest],
  ['parseUploadReference', parseUploadReference],
  ['parsePartsRequest', parsePartsRequest],
  ['parseCompleteRequest', parseCompleteRequest],
] as const

/** Close to a request: the right names, anything behind them. */
const nearly = fc.dictionary(
  fc.constantFrom('rule', 'files', 'waybill', 'uploadId', 'from', 'count', 'uploads', 'crc64nvme'),
  fc.jsonValue(),
)

describe.each(PARSERS)('%s', (_, parse) => {
  it('throws only UploadErrors, with messages of bounded length', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly), (value) => {
        try {
          parse(value)
        } catch (error) {
          expect(error).toBeInstanceOf(UploadError)
          expect(String(error).length).toBeLessThan(300)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('parseCreateRequest', () => {
  const text = (maxLength: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength })
  const file = fc.record<FileDescription>(
    {
      name: text(100),
      size: fc.maxSafeNat(),
      type: text(50),
      sha256: fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((bytes) => Buffer.from(bytes).toString('base64')),
      metadata: fc.dictionary(
        text(10).filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name)),
        text(10),
        { maxKeys: 10, noNullPrototype: true },
      ),
    },
    { requiredKeys: ['name', 'size', 'type'], noNullPrototype: true },
  )

  it('accepts every file as it was described', () => {
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 5 }), (files) => {
        expect(parseCreateRequest(JSON.parse(JSON.stringify({ rule: 'video', files })))).toEqual({
          rule: 'video',
          files,
        })
      }),
    )
  })

  it('drops members that the protocol does not define', () => {
    const described = { name: 'a', size: 1, type: 'a/b' }
    const files = [{ ...described, key: 'mine', owner: 'somebody' }]
    expect(parseCreateRequest({ files, authorization: 'x' })).toEqual({ files: [described] })
  })

  it('accepts a file whose type the browser does not know', () => {
    const { files } = parseCreateRequest({ files: [{ name: 'a', size: 1, type: '' }] })
    expect(files).toMatchObject([{ type: 'application/octet-stream' }])
  })

  it('does not repeat a long value', () => {
    const rule = 'x'.repeat(10_000)
    expect(() => parseCreateRequest({ rule, files: ['x'] })).toThrow(
      'rule is 10000 characters, expected 1 to 64',
    )
  })
})

describe('parseCompleteRequest', () => {
  it('distinguishes one upload from a list of one', () => {
    expect(parseCompleteRequest({ waybill: 'a' })).toEqual({
      many: false,
      uploads: [{ waybill: 'a' }],
    })
    expect(parseCompleteRequest({ uploads: [{ waybill: 'a', uploadId: 'b' }] })).toEqual({
      many: true,
      uploads: [{ waybill: 'a', uploadId: 'b' }],
    })
  })
})
