/**
 * Compares the bytes of an object with its signed content type.
 *
 * If the type has a magic number, as PNG does, the file must start with it. A file of any other type
 * (text, CSV, JSON) must not have the magic number of another type. Media must not also be readable as
 * a page. `application/octet-stream` allows everything. Pure: the caller reads the bytes.
 *
 * @module
 */

import { parseXml } from '@rgrove/parse-xml'
import { fileTypeFromBuffer, supportedMimeTypes } from 'file-type'
import { baseContentType } from '../protocol/content-type.ts'
import { otherReading } from './active-content.ts'
import { isSameContentType, namesOf } from './content-type-family.ts'
import { type Rejection, rejection } from './rejection.ts'

/** Bytes to read: all magic numbers are in the first 36 KiB (ISO 9660's comes last). */
const HEAD_SIZE = 64 * 1024

const SVG = 'image/svg+xml'
const CLAIMS_NOTHING = 'application/octet-stream'
/**
 * Types that `file-type` does not always recognize: an XML file without a declaration is still XML.
 */
const MARK_OPTIONAL = /^(?:text\/.+|application\/(?:xml|rtf|postscript)|model\/stl)$/
/**
 * Types that may contain markup: text and JSON quote it, and a rule must list XML and scripts by
 * name.
 */
const TEXTUAL = /^(?:text\/.+|application\/(?:json|xml|javascript|.+\+xml|.+\+json))$|\+xml$/

const MARKED = new Set([...supportedMimeTypes].map((type) => baseContentType(type)))

/** Returns how many bytes `checkContent` needs, from the start of the object. */
export function bytesToRead(type: string, size: number): number {
  return Math.min(size, baseContentType(type) === SVG ? MAX_SVG_SIZE : HEAD_SIZE)
}

/**
 * Compares the bytes of a file with a content type: the part of a verdict that needs neither S3 nor
 * a waybill.
 *
 * @param head - The first 64 KiB of the object, or the first 1 MiB of an SVG.
 * @param signedType - The signed content type.
 * @param size - Size of the whole object in bytes.
 * @returns Why the bytes do not match the type, or `undefined`.
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

async function detect(head: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(head)
  return found ? baseContentType(found.mime) : undefined
}

function hasMark(type: string): boolean {
  return !MARK_OPTIONAL.test(type) && namesOf(type).some((name) => MARKED.has(name))
}

/** Larger drawings are rejected: arrival must hold the whole drawing in memory. */
const MAX_SVG_SIZE = 1024 * 1024

/**
 * @param bytes - The whole document.
 * @returns Why it is not an SVG, or `undefined`.
 */
function svgProblem(bytes: Uint8Array): string | undefined {
  try {
    const { root } = parseXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return root?.name === 'svg' ? undefined : `XML whose root is <${root?.name.slice(0, 40)}>`
  } catch {
    // Also if the document is nested so deeply that the parser's stack overflows.
    return 'not well-formed XML in UTF-8'
  }
}
