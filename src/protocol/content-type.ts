/**
 * Content types: what one looks like, and whether a rule's list allows it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 * @module
 */

/** One token, a slash, one token: no parameters, no comma lists, nothing that a browser would read differently. */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/**
 * Types in which a browser runs script, or for which it may guess one: a wildcard does not cover them, a rule must
 * name them.
 *
 * @see https://mimesniff.spec.whatwg.org/#mime-type-groups
 * @see https://mimesniff.spec.whatwg.org/#mime-type-sniffing-algorithm for the two unknown types
 */
const ACTIVE = [
  /^text\/html$/,
  /^(?:text|application)\/xml$|^text\/xsl$|\+xml$|^image\/svg$/,
  /xml-dtd$|xml-external-parsed-entity$/,
  /^(?:text|application)\/(?:x-)?(?:java|ecma)script$/,
  /^text\/(?:javascript1\.[0-5]|jscript|livescript)$/,
  /^(?:multipart|message)\//,
  /^(?:application|unknown)\/unknown$/,
]

export function isContentType(type: string): boolean {
  return CONTENT_TYPE.test(type)
}

/** Lower case, without parameters: `Video/MP4; codecs=avc1` is `video/mp4`. */
export function baseContentType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}

/**
 * @param allowed - Exact types, or `image/*` for every passive type of one family, or `*` `/*` for every passive type.
 * @returns Whether one of them covers `type`. Active content (HTML, SVG, XML, script) only by its exact name.
 */
export function allowsContentType(allowed: readonly string[], type: string): boolean {
  if (!isContentType(type)) return false
  if (allowed.includes(type)) return true
  if (ACTIVE.some((pattern) => pattern.test(type))) return false
  const family = type.slice(0, type.indexOf('/'))
  return allowed.includes(`${family}/*`) || allowed.includes('*/*')
}
