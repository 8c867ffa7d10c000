/** Types whose file extension differs from their subtype. */
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

/** Returns `.mp4` for `video/mp4`, for example, and `''` for a type whose extension is unknown. */
export function extensionOf(type: string): string {
  const known = EXTENSIONS.get(type)
  if (known !== undefined) return known
  const subtype = type.slice(type.indexOf('/') + 1).replace(/^x-/, '')
  return /^[a-z0-9]{2,5}$/.test(subtype) ? `.${subtype}` : ''
}
