/**
 * Content types: what one looks like, and whether a rule's list allows it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 * @module
 */

import { isActiveType } from './active-types.ts'

/** One token, a slash, one token: no parameters, no comma lists, nothing that a browser would read differently. */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** Whether it is one content type, in lower case and without parameters. */
export function isContentType(type: string): boolean {
  return CONTENT_TYPE.test(type)
}

/** Lower case, without parameters: `Video/MP4; codecs=avc1` is `video/mp4`. */
export function baseContentType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}

/**
 * @param allowed - Exact types, or `image/*` for every passive type of one family, or `*` `/*` for every passive type.
 * @returns Whether one of them covers `type`. Active content (HTML, SVG, XML, scripts, programs) only by its exact name.
 */
export function allowsContentType(allowed: readonly string[], type: string): boolean {
  if (!isContentType(type)) return false
  if (allowed.includes(type)) return true
  if (isActiveType(type)) return false
  const family = type.slice(0, type.indexOf('/'))
  return allowed.includes(`${family}/*`) || allowed.includes('*/*')
}
