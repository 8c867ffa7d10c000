/**
 * The file name extension of a content type, for objects whose client gave no name.
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

/** @returns With its dot, or `''` where the type's name does not tell: `video/mp4` is `.mp4`. */
export function extensionOf(type: string): string {
  const known = EXTENSIONS.get(type)
  if (known !== undefined) return known
  const subtype = type.slice(type.indexOf('/') + 1).replace(/^x-/, '')
  return /^[a-z0-9]{2,5}$/.test(subtype) ? `.${subtype}` : ''
}
