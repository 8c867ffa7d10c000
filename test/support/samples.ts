/**
 * Files, as few bytes as show what they are.
 *
 * @module
 */

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const latin = (text: string) => Buffer.from(text, 'latin1')

/** One red pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)
export const MP4 = Buffer.concat([
  hex('00000020 66747970 69736f6d 00000200 69736f6d 69736f32 61766331 6d703431'),
  hex('00000008 6d646174'),
])
export const M4A = Buffer.concat([
  hex('0000001c 66747970'),
  latin('M4A \0\0\0\0M4A mp42isom'),
  hex('00000008 6d646174'),
])
export const MOV = Buffer.concat([
  hex('00000014 66747970'),
  latin('qt  \0\0\0\0qt  '),
  hex('00000008 6d646174'),
])
export const JPEG = Buffer.concat([
  hex('ffd8ffe0 0010 4a464946 00 0101 00 0001 0001 0000'),
  hex('ffd9'),
])
export const GIF = Buffer.concat([
  latin('GIF89a'),
  hex('0100 0100 80 00 00 000000 ffffff 2c 0000 0000 0100 0100 00 02 02 44 01 00 3b'),
])
export const PDF = latin(
  '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n',
)
export const ZIP = hex('504b0506 0000 0000 0000 0000 00000000 00000000 0000')
export const CSV = Buffer.from('name,size\nfilm,5\n')

/** A picture to one reader, a page with a script to another. */
export const GIF_WITH_PAGE = latin(
  'GIF89a/*\x00\x01*/=0;<html><script>alert(document.domain)</script>',
)
/** A film to one reader, a comment and what follows it to another. */
export const MP4_WITH_PAGE = latin('<!--ftypmp42--><img src=x onerror=alert(1)>')
/** A picture to one reader, a document to another. */
export const JPEG_WITH_PDF = Buffer.concat([JPEG, PDF])
/** Markup deep inside, where a page's sniffer no longer looks but a server's might. */
export const PNG_WITH_PHP = Buffer.concat([
  PNG,
  Buffer.alloc(8000),
  latin('<?php system($_GET[0]); ?>'),
])

const svg = (inside: string, attributes = '') =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"${attributes}>${inside}</svg>`,
  )

export const SVG = svg(
  '<title>Dot</title><circle cx="4" cy="4" r="2" style="fill:red"/><use href="#dot"/>',
)

/** Browsers run it: it is only ever delivered as a download. */
export const SVG_WITH_SCRIPT = svg('<script>alert(1)</script>', ' onload="alert(1)"')

export const SVG_CUT_OFF = SVG.subarray(0, -6)
