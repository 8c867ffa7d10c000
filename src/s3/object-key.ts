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
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]/g
/** S3 lists keys in XML, which has no way to write these. */
const NOT_IN_XML = /[\ufffe\uffff]/g
/** Marks that make a name read in another order than it is written. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
/** Joiners, fillers, tags, variation selectors: characters that nobody sees. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u
/** AWS's "characters to avoid", and those that Windows refuses in a file name. */
const AWKWARD = /[\\/:*?"<>|^`{}[\]~%#&$@=;+,]/g
/** Names that Windows takes for devices, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i

const encoder = new TextEncoder()

/**
 * Lets a string through as an object key.
 *
 * @throws {TypeError} When S3 refuses it, or when it could mean another key to somebody: a leading or doubled
 *   slash, a `.` or `..` segment, a control or direction character, S3's own `${filename}` placeholder.
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
  if (text.search(CONTROL) >= 0) return 'has a control character'
  if (text.search(NOT_IN_XML) >= 0) return 'has a character that XML cannot carry'
  if (DIRECTION.test(text)) return 'has a mark that turns the direction of text'
  if (text.includes('${filename}')) return 'has ${filename}, which S3 would replace'
  const segments = text.split('/')
  if (segments.some((segment) => segment === '.' || segment === '..'))
    return "has a '.' or '..' segment"
  if (segments.slice(0, -1).includes('')) return 'has an empty segment'
  return undefined
}

/**
 * Makes a file's name safe to appear in a key and on a disk: one NFC segment of at most 200 UTF-8 bytes without
 * control, invisible or awkward characters, not hidden (leading dots go), not a device. The extension is kept, and
 * so are emoji. Its own answers it leaves as they are.
 *
 * @param name - As the browser gives it; a path keeps only its last segment.
 * @returns `file` when nothing is left.
 */
export function safeFileName(name: string): string {
  const last = name.toWellFormed().split(/[\\/]/).at(-1) ?? ''
  const clean = last
    .normalize('NFC') // before AWKWARD, as some characters are canonically `;` or a backquote
    .replace(CONTROL, '')
    .replace(NOT_IN_XML, '')
    .replace(AWKWARD, '-')
  const visible = INVISIBLE.test(clean) ? clean.replace(emojiOrInvisible(), '$1') : clean
  // Normalised again: what stood between a letter and its accent may be gone.
  const short = shorten(trimDots(visible.normalize('NFC').replace(/\s+/gu, ' '))) || 'file'
  return RESERVED.test(short) ? shorten(`_${short}`) : short
}

let keptPattern: RegExp | undefined

/**
 * What `INVISIBLE` finds, but an emoji whose pieces such characters join is taken whole, in group 1. Made with the first
 * name that needs it, and not a literal: merely parsing it takes 12 ms, half of what Node needs to start.
 */
function emojiOrInvisible(): RegExp {
  keptPattern ??= /(\p{RGI_Emoji})|\p{Default_Ignorable_Code_Point}/gv
  return keptPattern
}

/** Without dots and blanks at its ends. By hand: a regular expression would take the square of a long row of dots. */
function trimDots(text: string): string {
  const isDot = (at: number) => text[at] === '.' || text[at] === ' '
  let start = 0
  let end = text.length
  while (start < end && isDot(start)) start += 1
  while (end > start && isDot(end - 1)) end -= 1
  return text.slice(start, end)
}

function shorten(name: string): string {
  if (encoder.encode(name).length <= MAX_NAME_BYTES) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''
  const room = MAX_NAME_BYTES - encoder.encode(extension).length
  let end = 0
  let bytes = 0
  // By what people see as one character: an accent or half an emoji family left alone would be another name.
  for (const { segment } of new Intl.Segmenter().segment(
    name.slice(0, name.length - extension.length),
  )) {
    bytes += encoder.encode(segment).length
    if (bytes > room) break
    end += segment.length
  }
  return (trimDots(name.slice(0, end)) || 'file') + extension
}
