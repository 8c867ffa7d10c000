/**
 * Decides how a browser treats a linked object: which content type S3 sends, whether it is shown or
 * saved, and under which name.
 *
 * The uploader chooses bytes, type and name. A link must therefore never lead to content that a
 * browser would run in the origin of the storage: active types are sent as
 * `application/octet-stream` and saved.
 *
 * @module
 */

import { safeFileName } from 'waybill-s3'
import { isActiveType } from '../../protocol/allowed-content-type.ts'
import { baseContentType, isContentType } from '../../protocol/content-type.ts'
import type { Disposition } from '../../protocol/messages.ts'

/** The headers that S3 sends, whatever is stored. */
export interface Delivery {
  readonly contentType: string
  readonly contentDisposition: string
}

/** Always saved; browsers do not guess another type for it. */
const OPAQUE = 'application/octet-stream'

/**
 * Types that a browser shows without running them. PDF is one of them: its viewer has its own
 * origin, and scripts in it reach neither page nor cookies. Everything else is saved, even JSON and
 * CSS, because there is little to see.
 */
const SHOWN = new RegExp(
  '^(?:(?:audio|video)/.+|text/plain|application/pdf|' +
    'image/(?:a?png|jpeg|gif|webp|avif|jxl|hei[cf]|bmp|tiff|x-icon|vnd\\.microsoft\\.icon))$',
)

/**
 * Decides how a browser treats an object.
 *
 * @param type - As stored; the uploader chose it among the rule's types.
 * @param requested - `inline` only applies to types that a browser shows without running them.
 * @param name - Of the file; any text.
 */
export function deliveryOf(
  type: string,
  requested: Disposition | undefined,
  name: string,
): Delivery {
  const base = baseContentType(type)
  const isSafe = isContentType(base) && !isActiveType(base)
  const disposition = isSafe && requested === 'inline' && SHOWN.test(base) ? 'inline' : 'attachment'
  return {
    contentType: isSafe ? withCharset(base) : OPAQUE,
    contentDisposition: `${disposition}; ${fileNameParameters(safeFileName(name))}`,
  }
}

/** Adds the encoding: browsers guess it wrong more often than not. */
function withCharset(type: string): string {
  return type === 'text/plain' ? `${type}; charset=utf-8` : type
}

/**
 * Encodes the name for every browser: in ASCII and, if that loses something, also exactly.
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
  // encodeURIComponent leaves these three, which the RFC does not allow, and `*`, which no safe
  // name contains.
  return encodeURIComponent(text).replace(/['()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}
