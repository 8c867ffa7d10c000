/** The last value that is accepted and the first that is not. */
import { describe, expect, it } from 'vitest'
import { formatSize, UploadError } from 'waybill'
import { checkFileType } from '../../src/protocol/check-file.ts'
import { maxBodySize } from '../../src/protocol/message-limits.ts'
import { parseCompleteRequest } from '../../src/protocol/parse-complete.ts'
import { parseCreateRequest } from '../../src/protocol/parse-create.ts'
import { parsePartsRequest } from '../../src/protocol/parse-reference.ts'
import { parseSize } from '../../src/protocol/size.ts'

const FILE = { name: 'a', size: 1, type: 'text/plain' }

function messageOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof UploadError ? `${error.code}: ${error.message}` : String(error)
  }
}

/** Why the only file of a create is not valid. */
function create(file: object): string | undefined {
  const [read] = parseCreateRequest({ files: [file] }).files
  return read instanceof UploadError ? read.message : undefined
}

/** Why the first upload of a complete is not valid. */
function refusalOf(upload: unknown): string | undefined {
  const [first] = parseCompleteRequest({ uploads: [upload] }).uploads
  return first instanceof UploadError ? `${first.code}: ${first.message}` : undefined
}

describe('request limits', () => {
  it('allow creating a hundred files in one call', () => {
    const files = Array.from({ length: 101 }, () => FILE)
    expect(parseCreateRequest({ files: files.slice(1) }).files).toHaveLength(100)
    expect(messageOf(() => parseCreateRequest({ files }))).toContain('files has 101 entries')
  })

  it('allow completing a hundred uploads in one call', () => {
    const uploads = Array.from({ length: 100 }, () => ({ waybill: 'a' }))
    expect(parseCompleteRequest({ uploads }).uploads).toHaveLength(100)
  })

  it('allow larger bodies for lists of uploads and receipts', () => {
    expect(['/complete', '/verdict', '', '/parts'].map(maxBodySize)).toEqual([
      262_144, 262_144, 65_536, 65_536,
    ])
  })

  it.each([
    [{ waybill: 'a', uploadId: 'b', from: 0, count: 1 }, 'from is 0'],
    [{ waybill: 'a', uploadId: 'b', from: 1, count: 10_001 }, 'count is 10001'],
    [{ waybill: 'a', uploadId: 'b', from: 1, count: '1' }, 'count is "1"'],
  ])('report what is wrong with %j', (body, message) => {
    expect(messageOf(() => parsePartsRequest(body))).toContain(`PART_NUMBER_INVALID: ${message}`)
  })

  it('identify a value that is not an object by its position', () => {
    expect(messageOf(() => parsePartsRequest(1))).toContain('body is 1, expected an object')
    expect(messageOf(() => parseCompleteRequest(1))).toContain('body is 1, expected an object')
    expect(refusalOf(1)).toBe('REQUEST_INVALID: upload is 1, expected an object')
  })

  it('shorten a rejected string, and keep a shorter one whole', () => {
    const waybill = (crc64nvme: string) => refusalOf({ waybill: 'a', crc64nvme })
    expect(waybill('a'.repeat(64))).toContain(`crc64nvme is "${'a'.repeat(64)}", expected 8 bytes`)
    expect(waybill('\n'.repeat(64))).toContain(`${'\\n'.repeat(31)}\\…", expected 8 bytes`)
    expect(waybill('a'.repeat(65))).toBe(
      `REQUEST_INVALID: crc64nvme is "${'a'.repeat(64)}", expected 8 bytes in base64`,
    )
  })

  it('quote a string on one line, left to right, with nothing that a terminal interprets', () => {
    const [csi, override, line] = ['\u009b', '\u202e', '\u2028']
    const told = `a${csi}2J${override}${line}\u007f`
    const escaped = 'a\\u009b2J\\u202e\\u2028\\u007f'
    expect(refusalOf({ waybill: 'a', crc64nvme: told })).toContain(`is "${escaped}"`)
    expect(create({ ...FILE, metadata: { [told]: 1 } })).toContain(`.metadata.${escaped} is 1`)
    expect(messageOf(() => checkFileType(['image/png'], told))).toContain(`type is "${escaped}"`)
  })

  it.each([
    ['rosUhgp5mYg'],
    ['rosUhgp5mY=='],
    ['!osUhgp5mYg='],
    ['rosUhgp5mYh='],
    ['AAAAAAAAAAAA'],
  ])('reject the CRC64NVME %s, which is not 8 bytes in canonical base64', (crc64nvme) => {
    expect(refusalOf({ waybill: 'a', crc64nvme })).toContain('expected 8 bytes in base64')
  })

  it('reject base64 that is not a string', () => {
    expect(refusalOf({ waybill: 'a', crc64nvme: 8 })).toContain('crc64nvme is 8, expected 8 bytes')
  })

  it('allow 16 metadata entries with 1,024 bytes in total', () => {
    const entries = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, '']))
    expect(create({ ...FILE, metadata: entries(16) })).toBeUndefined()
    expect(create({ ...FILE, metadata: entries(17) })).toContain('has 17 entries, at most 16')
    expect(create({ ...FILE, metadata: { a: 'b'.repeat(1023) } })).toBeUndefined()
    expect(create({ ...FILE, metadata: { a: 'b'.repeat(1024) } })).toContain('is 1025 bytes')
    expect(create({ ...FILE, metadata: { ['n'.repeat(65)]: 1 } })).toContain(
      `.metadata.${'n'.repeat(64)} is 1,`,
    )
  })
})

describe('sizes', () => {
  it.each([
    ['1.25 KB', 1250],
    ['1 GiB', 1_073_741_824],
  ] as const)('are parsed: %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each([['1 MiB!'], ['5'], ['MiB'], ['1 MiB 2']])(
    "are rejected with the option's name: %j",
    (text) => {
      const size = text as '1 MiB'
      expect(() => parseSize(size)).toThrow(`size is '${text}', expected bytes or a string such as`)
    },
  )

  it.each([
    [1024 ** 3 * 3, '3 GiB'],
    [1024 * 99.94, '99.9 KiB'],
    [1024 * 99.95, '100 KiB'],
    [1024 * 150.5, '151 KiB'],
    [1024 * 1.5, '1.5 KiB'],
  ])('are formatted: %i as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })
})
