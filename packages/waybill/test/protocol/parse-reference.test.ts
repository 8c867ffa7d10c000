import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { parseJson } from '../../src/protocol/json-value.ts'
import { MAX_WAYBILL_SIZE, maxBodySize } from '../../src/protocol/message-limits.ts'
import { parseCompleteRequest } from '../../src/protocol/parse-complete.ts'
import { parsePartsRequest, parseUploadReference } from '../../src/protocol/parse-reference.ts'

const CRC64 = 'rosUhgp5mYg='
const reference = { waybill: 'eyJ', uploadId: 'VXBsb2Fk' }

describe('parseUploadReference', () => {
  it('reads a waybill with and without an upload id', () => {
    expect(parseUploadReference({ ...reference, more: 1 })).toEqual(reference)
    expect(parseUploadReference({ waybill: 'eyJ' })).toEqual({ waybill: 'eyJ' })
  })

  it.each([
    [{ uploadId: 'a' }, 'WAYBILL_INVALID', 'waybill is missing, expected text'],
    [{ waybill: '' }, 'WAYBILL_INVALID', 'waybill is 0 characters, expected 1 to 1559'],
    [
      { waybill: 'a'.repeat(MAX_WAYBILL_SIZE + 24) },
      'WAYBILL_INVALID',
      'waybill is 1560 characters, expected 1 to 1559',
    ],
    [{ waybill: ['a'] }, 'WAYBILL_INVALID', 'waybill is a list, expected text'],
    [{ waybill: 'a', uploadId: null }, 'REQUEST_INVALID', 'uploadId is null, expected text'],
    [
      { waybill: 'a', uploadId: '' },
      'REQUEST_INVALID',
      'uploadId is 0 characters, expected 1 to 1024',
    ],
    ['a', 'REQUEST_INVALID', 'body is "a", expected an object'],
  ] as const)('rejects %j', (body, code, message) => {
    expect(() => parseUploadReference(body)).toThrow(new UploadError(code, message))
  })
})

describe('parsePartsRequest', () => {
  it('reads a window of parts', () => {
    const request = { ...reference, from: 1, count: 10_000 }
    expect(parsePartsRequest(request)).toEqual(request)
  })

  it.each([0, -1, 10_001, 1.5, '1', null])('rejects a start at part %j', (from) => {
    expect(() => parsePartsRequest({ ...reference, from, count: 1 })).toThrow(
      new UploadError(
        'PART_NUMBER_INVALID',
        `from is ${JSON.stringify(from)}, expected a whole number from 1 to 10000`,
      ),
    )
  })

  it.each([0, 10_001, Number.NaN])('rejects a window of %j parts', (count) => {
    expect(() => parsePartsRequest({ ...reference, from: 1, count })).toThrow(UploadError)
  })

  it('requires the upload id', () => {
    expect(() => parsePartsRequest({ waybill: 'a', from: 1, count: 1 })).toThrow(
      new UploadError('REQUEST_INVALID', 'uploadId is missing, expected text'),
    )
  })
})

describe('parseCompleteRequest', () => {
  it('reads one upload or a list of them', () => {
    const one = { ...reference, crc64nvme: CRC64 }
    expect(parseCompleteRequest(one)).toEqual({ many: false, uploads: [one] })
    expect(parseCompleteRequest({ uploads: [one, { waybill: 'b' }] })).toEqual({
      many: true,
      uploads: [one, { waybill: 'b' }],
    })
  })

  it('does not let one bad upload fail the others', () => {
    const { uploads } = parseCompleteRequest({ uploads: [reference, { waybill: 5 }, reference] })
    expect(uploads).toEqual([reference, expect.any(UploadError), reference])
  })

  it.each(['rosUhgp5mYg', 'rosUhgp5mYh=', 'rosUhgp5mYg==', 'rosUhgp5mY-=', '', 5])(
    'rejects the checksum %j',
    (crc64nvme) => {
      const { uploads } = parseCompleteRequest({ ...reference, crc64nvme })
      expect(uploads).toEqual([
        new UploadError(
          'REQUEST_INVALID',
          `crc64nvme is ${JSON.stringify(crc64nvme)}, expected 8 bytes in base64`,
        ),
      ])
    },
  )

  it.each([
    [{ uploads: [] }, 'uploads has 0 entries, expected 1 to 100'],
    [{ uploads: Array(101).fill(reference) }, 'uploads has 101 entries, expected 1 to 100'],
    [{ uploads: 'a' }, 'uploads is "a", expected a list'],
  ])('rejects the body as a whole: %#', (body, message) => {
    expect(() => parseCompleteRequest(body)).toThrow(new UploadError('REQUEST_INVALID', message))
  })
})

describe('parseJson', () => {
  it('does not quote text that is not JSON, because it may contain a waybill', () => {
    expect(() => parseJson('{"waybill":"eyJ')).toThrow(
      new UploadError('REQUEST_INVALID', 'body is not JSON'),
    )
  })
})

describe('maxBodySize', () => {
  it('has room for completing a hundred waybills and for creating a hundred files', () => {
    const uploads = Array(100).fill({
      waybill: 'a'.repeat(MAX_WAYBILL_SIZE + 23),
      uploadId: 'a'.repeat(200),
      crc64nvme: CRC64,
    })
    expect(JSON.stringify({ uploads }).length).toBeLessThan(maxBodySize('/complete'))
    const files = Array(100).fill({
      name: `${'a'.repeat(200)}.mp4`,
      size: 50_000_000_000,
      type: 'video/mp4',
      sha256: 'a'.repeat(44),
      metadata: { album: 'a'.repeat(200) },
    })
    expect(JSON.stringify({ files }).length).toBeLessThan(maxBodySize(''))
  })
})
