/**
 * Compares the bytes of an object with the content type that was signed for it.
 *
 * A file of a type with a mark (a PNG begins with one) must have this mark. A file of a type
 * without one (text, CSV, JSON) must not have another type's mark. Media must not be readable as a
 * page. Everything is allowed under `application/octet-stream`. No I/O: the caller has read the
 * bytes.
 *
 * @module
 */

import { fileTypeFromBuffer, supportedMimeTypes } from 'file-type'
import { baseContentType } from '../protocol/content-types/base-content-type.ts'
import { type Rejection, rejection } from './rejection.ts'
import { otherReading } from './active-content.ts'
import { isSameContentType, namesOf } from './content-type-family.ts'
import { MAX_SVG_SIZE, svgProblem } from './content/svg.ts'

/** Bytes read of an object: all marks are in the first 36 KiB (that of ISO 9660 is the last). */
const HEAD_SIZE = 64 * 1024

const SVG = 'image/svg+xml'
const CLAIMS_NOTHING = 'application/octet-stream'
/**
 * Types of which `file-type` does not detect every file. An XML file without its declaration is
 * still XML.
 */
const MARK_OPTIONAL = /^(?:text\/.+|application\/(?:xml|rtf|postscript)|model\/stl)$/
/** Types that may hold markup: text and JSON quote it; a rule must name XML and script exactly. */
const TEXTUAL = /^(?:text\/.+|application\/(?:json|xml|javascript|.+\+xml|.+\+json))$|\+xml$/

const MARKED = new Set([...supportedMimeTypes].map((type) => baseContentType(type)))

/** Returns how many bytes from the start of an object `checkContent` needs. */
export function bytesToRead(type: string, size: number): number {
  return Math.min(size, baseContentType(type) === SVG ? MAX_SVG_SIZE : HEAD_SIZE)
}

/**
 * Compares the bytes of a file with a content type: the part of a verdict that needs no S3 and no
 * waybill.
 *
 * @param head - The first 64 KiB of the object, or the first 1 MiB of an SVG.
 * @param signedType - Content type as signed.
 * @param size - Bytes of the whole object.
 * @returns Why the bytes are not of that type, or `undefined`.
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
