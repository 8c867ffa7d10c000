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
const nested = fc.jsonValue().map((value) => ({
  files: [value, { name: 'a', size: 1, type: '', metadata: value }],
  uploads: [value],
  waybill: value,
}))

describe.each(PARSERS)('%s', (_, parse) => {
  it('throws only UploadErrors, with messages of bounded length', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly, nested), (value) => {
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
})
