/**
 * Compares an object's bytes with its signed content type.
 *
 * If the type has a magic number, as PNG does, the file must start with it. A file of any other
 * type, such as text, CSV or JSON, must not have another type's magic number. Media must not be
 * readable as a page. `application/octet-stream` allows everything.
 *
 * @module
 */

import { parseXml } from '@rgrove/parse-xml'
import { baseContentType } from '../protocol/base-content-type.ts'
import { otherReading } from './active-content.ts'
import { isSameContentType, namesOf } from './content-type-family.ts'
import { type Detector, fileTypeFromBuffer, supportedMimeTypes } from './file-type.ts'
import { type Rejection, rejection } from './verdict.ts'

/** All magic numbers are in the first 36 KiB. ISO 9660's comes last. */
const HEAD_SIZE = 64 * 1024

const SVG = 'image/svg+xml'
const CLAIMS_NOTHING = 'application/octet-stream'
/** Types that `file-type` does not always recognize: XML without a declaration is still XML. */
const MARK_OPTIONAL = /^(?:text\/.+|application\/(?:xml|rtf|postscript)|model\/stl)$/
/**
 * Types that may contain markup. Text and JSON can quote it. XML and scripts are allowed only if a
 * rule lists their type by name.
 */
const TEXTUAL = /^(?:text\/.+|application\/(?:json|xml|javascript|.+\+xml|.+\+json))$|\+xml$/

const MARKED = new Set([...supportedMimeTypes].map((type) => baseContentType(type)))

export function bytesToRead(type: string, size: number): number {
  return Math.min(size, baseContentType(type) === SVG ? MAX_SVG_SIZE : HEAD_SIZE)
}

/**
 * Compares a file's bytes with a content type. This is the part of a verdict that needs neither S3
 * nor a waybill.
 *
 * @param head - The first 64 KiB of the file, or the first 1 MiB of an SVG.
 * @param signedType - The content type that was signed.
 * @param size - Size of the whole file in bytes.
 * @returns Why the bytes do not match the type, or `undefined` if they do.
 * @example
 * ```ts
 * const head = new Uint8Array(await file.slice(0, 64 * 1024).arrayBuffer())
 * const rejection = await checkContent(head, 'image/png', file.size)
 * if (rejection) console.log(rejection.reason, rejection.message) // content-differs …
 * ```
 */
export async function checkContent(
  head: Uint8Array,
  signedType: string,
  size: number,
): Promise<Rejection | undefined> {
  const type = baseContentType(signedType)
  if (type === CLAIMS_NOTHING) return undefined
  if (type === SVG) return checkSvg(head, size)
  const detected = await detect(head)
  if (detected !== undefined && !isSameContentType(type, detected)) {
    return rejection('content-differs', `${detected}, signed as ${type}`)
  }
  if (detected === undefined && hasMark(type)) {
    return rejection('content-unproven', size === 0 ? 'it is empty' : `signed as ${type}`)
  }
  if (TEXTUAL.test(type)) return undefined
  const other = otherReading(head, type)
  return other ? rejection('active-content', `${other}, signed as ${type}`) : undefined
}

function checkSvg(bytes: Uint8Array, size: number): Rejection | undefined {
  if (size > bytes.length) {
    return rejection(
      'content-unproven',
      `an SVG of ${size} bytes, at most ${MAX_SVG_SIZE} are read`,
    )
  }
  const problem = svgProblem(bytes)
  return problem ? rejection('content-differs', `${problem}, signed as ${SVG}`) : undefined
}

const GZIP = [0x1f, 0x8b, 0x08]
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]
/** `file-type` skips byte order marks, but no more than this. */
const MOST_MARKS = 256

/**
 * Recognizes gzip before `file-type` does, which would decompress the file to look for a TAR archive
 * in it, although both have the same type. A file of 20 KB could keep it busy for seconds.
 */
const gzipDetector: Detector = {
  id: 'gzip',
  detect: async (tokenizer) => {
    const start = new Uint8Array(3 * (MOST_MARKS + 1))
    await tokenizer.peekBuffer(start, { mayBeLess: true })
    let at = 0
    while (BYTE_ORDER_MARK.every((byte, index) => start[at + index] === byte)) at += 3
    const isGzip = GZIP.every((byte, index) => start[at + index] === byte)
    return isGzip ? { ext: 'gz', mime: 'application/gzip' } : undefined
  },
}

async function detect(head: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(head, { customDetectors: [gzipDetector] })
  return found ? baseContentType(found.mime) : undefined
}

function hasMark(type: string): boolean {
  return !MARK_OPTIONAL.test(type) && namesOf(type).some((name) => MARKED.has(name))
}

/** Larger drawings are rejected, because the whole drawing must be held in memory. */
const MAX_SVG_SIZE = 1024 * 1024

function svgProblem(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // The parser would do this in quadratic time: 128 KiB of `\r` took 16 seconds.
    const { root } = parseXml(text.replace(/\r\n?/g, '\n'))
    return root?.name === 'svg' ? undefined : `XML whose root is <${root?.name.slice(0, 40)}>`
  } catch {
    // The parser's stack also overflows if the document is nested too deeply.
    return 'not well-formed XML in UTF-8'
  }
}
