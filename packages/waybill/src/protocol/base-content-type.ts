/**
 * One token, a slash, one token. Parameters and lists are not allowed because browsers may
 * interpret them differently.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** Returns whether a string is exactly one content type, in lower case and without parameters. */
export function isContentType(type: string): boolean {
  return CONTENT_TYPE.test(type)
}

/**
 * Returns a content type in lower case without parameters: `Video/MP4; codecs=avc1` becomes
 * `video/mp4`.
 */
export function baseContentType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}
