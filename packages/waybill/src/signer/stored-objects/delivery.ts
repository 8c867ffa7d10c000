/**
 * Decides how a browser treats a linked object: which content type S3 gives it, whether it is shown
 * or saved, and under which name.
 *
 * An uploader chooses bytes, type and name. So a link never leads to content that a browser would
 * run in the origin of the storage: active types become `application/octet-stream` and are saved.
 *
 * @module
 */

import { safeFileName } from 'waybill-s3'
import { isActiveType } from '../../protocol/allowed-content-type.ts'
import { baseContentType } from '../../protocol/content-types/base-content-type.ts'
import { isContentType } from '../../protocol/content-type.ts'
import type { Disposition } from '../../protocol/messages.ts'

/** The headers that S3 answers with, whatever is stored. */
export interface Delivery {
  readonly contentType: string
  readonly contentDisposition: string
}

/** Saved and never shown; browsers do not guess another type for it. */
const OPAQUE = 'application/octet-stream'

/**
 * Types that a browser shows without running them. PDF is one of them: its viewer has an origin of
 * its own, and its scripts reach neither page nor cookies. Everything else is saved, JSON and CSS
 * too: there is little to see.
 */
const SHOWN = new RegExp(
  '^(?:(?:audio|video)/.+|text/plain|application/pdf|' +
    'image/(?:a?png|jpeg|gif|webp|avif|jxl|hei[cf]|bmp|tiff|x-icon|vnd\\.microsoft\\.icon))$',
)

/**
 * Decides how a browser treats an object.
 *
 * @param type - As stored; the uploader has chosen it among the types of the rule.
 * @param wanted - `inline` only counts for types that a browser shows without running them.
 * @param name - Of the file; any text.
 */
export function deliveryOf(type: string, wanted: Disposition | undefined, name: string): Delivery {
  const base = baseContentType(type)
  const isSafe = isContentType(base) && !isActiveType(base)
  const disposition = isSafe && wanted === 'inline' && SHOWN.test(base) ? 'inline' : 'attachment'
  return {
    contentType: isSafe ? withCharset(base) : OPAQUE,
    contentDisposition: `${disposition}; ${fileNameParameters(safeFileName(name))}`,
  }
}

/** Adds the encoding: without it a browser guesses, most often wrong. */
function withCharset(type: string): string {
  return type === 'text/plain' ? `${type}; charset=utf-8` : type
}

/**
 * Writes the name for every browser: in ASCII, and exactly where ASCII cannot hold it.
 *
 * @param name - Safe: no quotes, no backslash, no control characters.
 * @see https://www.rfc-editor.org/rfc/rfc6266#section-4.3
 */
function fileNameParameters(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^ -~]/gu, '_')
  const plain = `filename="${ascii}"`
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${extendedValue(name)}`
}

/** @see https://www.rfc-editor.org/rfc/rfc8187#section-3.2.1 */
function extendedValue(text: string): string {
  // encodeURIComponent leaves these three, which are not among the characters of the RFC. It also
  // leaves `*`, which no safe name has.
  return encodeURIComponent(text).replace(/['()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}
