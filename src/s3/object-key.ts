/**
 * Object keys, and what may be taken over from a file's own name. A key is the signer's choice: a file name is data
 * that may appear inside it, never a path.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 * @module
 */

declare const brand: unique symbol

/** A string that `objectKey` has let through. */
export type ObjectKey = string & { readonly [brand]: 'ObjectKey' }

const MAX_KEY_BYTES = 1024
/** Leaves room for a prefix and an id within a key, and is what most file systems take. */
const MAX_NAME_BYTES = 200

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
/** Marks that make a name read differently from what it is: bidi overrides and isolates, zero-width characters. */
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\ufe00-\ufe0f]/gu
/** AWS's "characters to avoid", and those that Windows refuses in a file name. */
const AWKWARD = /[\\/:*?"<>|^`{}[\]~%#&$@=;+,]/g
/** Names that Windows takes for devices, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

const encoder = new TextEncoder()

/**
 * Lets a string through as an object key.
 *
 * @throws {TypeError} When S3 refuses it, or when it could mean another key to somebody: a leading or doubled
 *   slash, a `.` or `..` segment, a control character, S3's own `${filename}` placeholder.
 */
export function objectKey(text: string): ObjectKey {
  const reason = keyProblem(text)
  if (reason) throw new TypeError(`key ${reason}`)
  return text as ObjectKey
}

function keyProblem(text: string): string | undefined {
  const bytes = encoder.encode(text).length
  if (bytes < 1 || bytes > MAX_KEY_BYTES) return `is ${bytes} bytes, expected 1 to ${MAX_KEY_BYTES}`
  if (!text.isWellFormed()) return 'has a lone surrogate, which UTF-8 cannot hold'
  if (CONTROL.test(text)) return 'has a control character'
  if (text.includes('${filename}')) return 'has ${filename}, which S3 would replace'
  const segments = text.split('/')
  if (segments.some((segment) => segment === '.' || segment === '..'))
    return "has a '.' or '..' segment"
  if (segments.slice(0, -1).includes('')) return 'has an empty segment'
  return undefined
}

/**
 * Makes a file's name safe to appear in a key and on a disk: one NFC segment of at most 200 UTF-8 bytes without
 * control, invisible or awkward characters, not hidden, not a device. The extension is kept.
 *
 * @param name - As the browser gives it; a path keeps only its last segment.
 * @returns `file` when nothing is left.
 */
export function safeFileName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').split(/[\\/]/).at(-1) ?? ''
  const clean = last
    .replace(new RegExp(CONTROL, 'g'), '')
    .replace(INVISIBLE, '')
    .replace(AWKWARD, '-')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  const named = RESERVED.test(clean) ? `_${clean}` : clean
  return shorten(named) || 'file'
}

function shorten(name: string): string {
  if (encoder.encode(name).length <= MAX_NAME_BYTES) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  const room = MAX_NAME_BYTES - encoder.encode(extension).length
  let stem = ''
  let bytes = 0
  for (const char of name.slice(0, name.length - extension.length)) {
    bytes += encoder.encode(char).length
    if (bytes > room) break
    stem += char
  }
  return stem.trimEnd() + extension
}
