/**
 * Nobody can keep a server busy with a small file or message. Whatever strangers send is parsed in time that grows with
 * its length, also if it consists of the characters that the parser treats specially.
 *
 * @module
 */

import { gzipSync } from 'node:zlib'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import { checkContent, readObjectEvent } from 'waybill/arrival'
import { lambdaHandler } from 'waybill-aws/lambda'
import { objectKey, parseErrorXml, safeFileName } from 'waybill-s3'
import { parseErrorDocument } from '../../packages/waybill/src/client/send/parse-storage-error.ts'
import { readSealedText } from '../../packages/waybill/src/seal/seal-crypto.ts'

const SIZE = 64 * 1024
const TIMES = 16

type Parse = (text: string) => unknown

/** In milliseconds, of this thread alone: other work on this machine does not count. */
async function cpuTime(run: () => unknown): Promise<number> {
  const before = process.threadCpuUsage()
  try {
    await run()
  } catch {
    // A refusal is as good as a result.
  }
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

/** Whether one text costs about as much as its sixteenth parts. Quadratic time would be 16 times as much. */
async function isLinear(parse: Parse, unit: string): Promise<boolean> {
  const small = unit.repeat(Math.ceil(SIZE / TIMES / unit.length))
  const large = small.repeat(TIMES)
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const parts = await cpuTime(async () => {
      for (let time = 1; time <= TIMES; time += 1) await cpuTime(() => parse(small))
    })
    if ((await cpuTime(() => parse(large))) <= 4 * parts + 20) return true
  }
  return false
}

function inside(before: string, after: string, parse: Parse): Parse {
  return (text) => parse(before + text + after)
}

const bytes = (text: string) => Buffer.from(text, 'latin1')
const svg: Parse = (text) => checkContent(Buffer.from(text), 'image/svg+xml', text.length)
const picture: Parse = (text) => checkContent(bytes(text), 'image/x-own', text.length)
const table: Parse = (text) => checkContent(bytes(text), 'text/csv', text.length)
const storeError: Parse = (text) => parseErrorXml(text, 400)
const pageError: Parse = (text) => parseErrorDocument(text, 400)

/** The header of a file in a ZIP archive, followed by its size after the content, as `zip -` writes it. */
const ZIPPED = `PK\x03\x04\x14\0\x08\0${'\0'.repeat(18)}\x01\0\0\0a`
const zippedSize = (size: string) => `PK\x07\x08${`\0\0\0\0${size}\0\0`.padEnd(12, '\0')}`
const PNG_START = `\x89PNG\r\n\x1a\n\0\0\0\rIHDR${'\0'.repeat(17)}`
const MATROSKA = '\x1aE\xdf\xa3\x08\xff\xff\xff\xff'
const ASF = `0&\xb2\x75\x8e\x66\xcf\x11\xa6\xd9${'\0'.repeat(20)}`
const ID3 = 'ID3\x04\0\0\0\0\0\0'
const BOM = '\xef\xbb\xbf'
const BLOCKS = [
  ...[
    ZIPPED + zippedSize('\0\0'),
    ZIPPED,
    zippedSize('\0\0'),
    ID3,
    BOM,
    ID3 + BOM,
    '\0',
    '\xff',
    '\x01',
  ],
  ...['\0\0\0\0tEXt\0\0\0\0', '\xec\x80', `${'\x07'.repeat(16)}\x18${'\0'.repeat(7)}`],
]

const handler = lambdaHandler({
  environment: {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_SECRET: 'a secret of more than thirty-two characters',
    WAYBILL_ALLOWED_ORIGINS: 'https://app.example.com',
    WAYBILL_RULES: '{"photos":{"types":["image/*"],"maxSize":1000000}}',
    WAYBILL_AUTH: 'jwt',
    WAYBILL_JWT_ISSUER: 'https://issuer.example.com',
    WAYBILL_JWT_AUDIENCE: 'uploads',
  },
  onError: () => {},
  log: () => {},
})
const header =
  (name: string, before = ''): Parse =>
  (text) =>
    handler(functionUrlEvent({ path: '/rules', headers: { [name]: before + text } }))
const body: Parse = (text) =>
  handler(
    functionUrlEvent({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: text,
    }),
  )

const SPACE = ['\t', '\n', '\r', '\r\n', ' ', ' \r']
const XML = [
  ...[...SPACE, 'a', ']', '] ', '-', '- ', '?', '<', '>', '&', '"', "'", '=', '/', '\0', 'é', '😀'],
  ...['&lt;', '&#9;', '&#', '&a', '<a/>', '<a>', '<a', '</a>', ' a="', " a='b'", ' a', '<!--'],
  ...['<!---->', '<?a?>', '<?a', '<![CDATA[', '<![CDATA[]]>', ']]>', '<!', '<Error>', '</Error>'],
]
const MARKUP = [
  ...[...SPACE, '<', '<a', '<a ', '<!doctype ', '<?', '<?=', '<?php', '%PDF-', '\xef\xbb\xbf'],
  ...[' on', '"on', '/onab', ' onabc ', 'href', 'href=', 'action =\x01', 'href="', 'href=j\t'],
]
const NAME = [
  ...[...SPACE, '.', ' .', '/', '\\', '-', 'a', '\0', '\ud800', '\u200b', '\u202e', '😀', '👨‍👩‍👧'],
  ...[
    '\u0301',
    '\u0301\u0323',
    '\u0323\u0301',
    'a\u0301',
    '\ufe0f',
    '\u{e0061}',
    '🏴\u{e0067}',
    '🇩',
  ],
]
const TEXT = [
  ' ',
  '\t',
  ',',
  ';',
  ':',
  '.',
  '..',
  '-',
  '_',
  '~',
  '=',
  '/',
  '%',
  '%4',
  'a',
  'AAA.',
  '*',
]
const JSON_TEXT = [...TEXT, '[', '{"a":', '[]', '"', '\\', '\\u0041', '\\"', '1', '1,', '"a":1,']

describe('input from strangers', () => {
  it.each<[string, Parse, readonly string[]]>([
    ['text of an SVG', inside('<svg>', '</svg>', svg), XML],
    ['text of an SVG beyond the basic plane', inside('<svg>😀', '</svg>', svg), XML],
    ['an attribute of an SVG', inside('<svg a="', '"/>', svg), XML],
    ['a tag of an SVG', inside('<svg', '/>', svg), XML],
    ['a document type of an SVG', inside('<!DOCTYPE svg [', ']><svg/>', svg), XML],
    ['what precedes an SVG', inside('', '<svg/>', svg), XML],
    ['a comment of an SVG', inside('<svg><!--', '--></svg>', svg), XML],
    ['an instruction of an SVG', inside('<svg><?a ', '?></svg>', svg), XML],
    ['a section of an SVG', inside('<svg><![CDATA[', ']]></svg>', svg), XML],
    ['a picture', picture, MARKUP],
    ['a picture with a tag', inside('<a', '', picture), MARKUP],
    ['a file without a beginning', table, BLOCKS],
    ['a ZIP archive', inside(ZIPPED, '', table), BLOCKS],
    ['a PNG', inside(PNG_START, '', table), BLOCKS],
    ['a Matroska film', inside(MATROSKA, '', table), BLOCKS],
    ['a film in ASF', inside(ASF, '', table), BLOCKS],
    ['a TIFF', inside('II*\0\x08\0\0\0\0\x02', '', table), BLOCKS],
    ["a store's error", inside('<Error>', '</Error>', storeError), XML],
    ["a tag of a store's error", inside('<Error', '/>', storeError), XML],
    ["a store's error in a browser", inside('<Error>', '</Error>', pageError), XML],
    ['half an error in a browser', inside('<?xml >', '', pageError), XML],
    ['a file name', safeFileName, NAME],
    ['a key', objectKey, NAME],
    ['a waybill', readSealedText, TEXT],
    ['the ciphertext of a waybill', inside('e30..', '', readSealedText), TEXT],
    ['an event', (text) => readObjectEvent({ 'detail-type': text, detail: text }), TEXT],
    ['the body of a call', body, JSON_TEXT],
    ['a text in the body of a call', inside('{"rule":"', '"}', body), JSON_TEXT],
    ['a list in the body of a call', inside('{"files":[', ']}', body), JSON_TEXT],
    ['a token', header('authorization', 'Bearer '), TEXT],
    ['the payload of a token', header('authorization', 'Bearer eyJhbGciOiJFUzI1NiJ9.'), TEXT],
    ['an origin', header('origin'), TEXT],
    ['a cookie', header('cookie'), TEXT],
    ['a content type', header('content-type', 'application/json'), TEXT],
    ['a path', (path) => handler(functionUrlEvent({ path })), TEXT],
    ['a query', (query) => handler(functionUrlEvent({ query })), [...TEXT, '&', '&a', 'a=&']],
  ])('is parsed in time proportional to its length: %s', async (_what, parse, units) => {
    const costly: string[] = []
    for (const unit of units) if (!(await isLinear(parse, unit))) costly.push(JSON.stringify(unit))
    expect(costly).toEqual([])
  })

  it.each([
    ['', ''],
    [' behind a byte order mark', BOM],
    [' behind 256 of them', BOM.repeat(256)],
    [' behind an MP3 tag', ID3],
    [' behind both', BOM + ID3 + BOM],
  ])('is not decompressed in a gzip file%s', async (_what, before) => {
    const entry = bytes(`${ZIPPED}${'\0'.repeat(16_000)}${zippedSize('\x80\x3e')}`)
    const packed = gzipSync(Buffer.alloc(17 * 1024 * 1024, entry))
    const check = (content: Uint8Array) =>
      checkContent(Buffer.concat([bytes(before), content]), 'application/gzip', content.length)
    const harmless = await cpuTime(() => check(gzipSync('a')))
    expect(await cpuTime(() => check(packed))).toBeLessThan(harmless + 100)
    expect(await check(packed)).toBeUndefined()
  })
})
