/**
 * A content type without its parameters.
 *
 * @module
 */

/**
 * Writes a content type in lower case and without parameters: `Video/MP4; codecs=avc1` is
 * `video/mp4`.
 */
export function baseContentType(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase()
}
