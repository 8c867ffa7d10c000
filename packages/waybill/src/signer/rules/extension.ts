/**
 * File name extensions by content type, for uploads without a name.
 *
 * @module
 */

/** Types whose subtype is not their extension. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['application/gzip', '.gz'],
  ['application/octet-stream', '.bin'],
  ['audio/mpeg', '.mp3'],
  ['audio/mp4', '.m4a'],
  ['image/jpeg', '.jpg'],
  ['image/svg+xml', '.svg'],
  ['text/markdown', '.md'],
  ['text/plain', '.txt'],
  ['video/matroska', '.mkv'],
  ['video/mpeg', '.mpg'],
  ['video/quicktime', '.mov'],
])

/**
 * Returns the extension of a content type, such as `.mp4` for `video/mp4`; `''` if the type does
 * not tell.
 */
export function extensionOf(type: string): string {
  const known = EXTENSIONS.get(type)
  if (known !== undefined) return known
  const subtype = type.slice(type.indexOf('/') + 1).replace(/^x-/, '')
  return /^[a-z0-9]{2,5}$/.test(subtype) ? `.${subtype}` : ''
}
