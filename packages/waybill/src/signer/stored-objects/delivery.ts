/**
 * Decides how browsers treat a linked object: which content type S3 sends, and whether the object
 * is displayed or saved.
 *
 * The uploader chooses bytes, type and name, so a link must never lead to content that a browser
 * would run on the storage's origin. Active types are sent as `application/octet-stream` and saved.
 *
 * @module
 */

import { safeFileName } from 'waybill-s3'
import { isActiveType } from '../../protocol/check-file.ts'
import { baseContentType, isContentType } from '../../protocol/content-type.ts'
import type { Disposition } from '../../protocol/messages.ts'

/** Response headers that S3 sends instead of those stored with the object. */
export interface Delivery {
  readonly contentType: string
  readonly contentDisposition: string
}

/** Browsers always save this type and do not guess another one. */
const OPAQUE = 'application/octet-stream'

/**
 * Types that browsers display without running them. PDF is included because browsers open it in a
 * viewer with its own origin, so scripts in it reach neither the page nor its cookies. All other
 * types are saved, even JSON and CSS, because there is little to see.
 */
const SHOWN = new RegExp(
  '^(?:(?:audio|video)/.+|text/plain|application/pdf|' +
    'image/(?:a?png|jpeg|gif|webp|avif|jxl|hei[cf]|bmp|tiff|x-icon|vnd\\.microsoft\\.icon))$',
)

/**
 * @param type - The stored content type, which the uploader chose among the rule's types.
 * @param requested - `inline` applies only to types that browsers display without running them.
 * @param name - The file name. Any string is allowed.
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

/** Without a charset, browsers often guess the wrong encoding. */
function withCharset(type: string): string {
  return type === 'text/plain' ? `${type}; charset=utf-8` : type
}

/**
 * Encodes the name in ASCII and, if that loses characters, also in UTF-8.
 *
 * @param name - Must not contain quotes, backslashes or control characters.
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
  // `encodeURIComponent` does not encode these three characters, which the RFC does not allow. It
  // does not encode `*` either, but safe names never contain it.
  return encodeURIComponent(text).replace(/['()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}
