/**
 * Content types: their form, and whether a rule's list allows one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 * @module
 */

import { isActiveType } from './active-types.ts'

/**
 * One token, a slash, one token. No parameters and no lists, which browsers may read differently.
 */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** Says whether a text is one content type, in lower case and without parameters. */
export function isContentType(type: string): boolean {
  return CONTENT_TYPE.test(type)
}

/**
 * Writes a content type in lower case and without parameters: `Video/MP4; codecs=avc1` is
 * `video/mp4`.
 */
export function baseContentType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}

/**
 * Says whether a rule's list allows a content type.
 *
 * Active content (HTML, SVG, XML, scripts, programs) is allowed only by its exact name.
 *
 * @param allowed - Exact types, `image/*` for every passive type of one family, or `*` `/*` for
 *   every passive type.
 * @param type - In lower case, without parameters.
 */
export function allowsContentType(allowed: readonly string[], type: string): boolean {
  if (!isContentType(type)) return false
  if (allowed.includes(type)) return true
  if (isActiveType(type)) return false
  const family = type.slice(0, type.indexOf('/'))
  return allowed.includes(`${family}/*`) || allowed.includes('*/*')
}
