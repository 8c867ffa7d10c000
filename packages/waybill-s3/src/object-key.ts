/**
 * Checks object keys, and makes file names safe to use in them. A file name can be part of a key,
 * but is never interpreted as a path.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 * @module
 */

declare const brand: unique symbol

/** A string that passed `objectKey`. */
export type ObjectKey = string & { readonly [brand]: 'ObjectKey' }

/** Not taken from `LIMITS`: the import would change which code the signer's Lambda loads first. */
const MAX_KEY_BYTES = 1024
/** Leaves room for a prefix and an id in the key. Most file systems accept names of this length. */
const MAX_NAME_BYTES = 200

// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]/g
/** S3 lists keys in XML, and XML cannot hold these characters. */
const NOT_IN_XML = /[\ufffe\uffff]/g
/** Direction marks, which change the order in which a name is displayed. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const NOT_ASCII = /[^ -~]/
/** Characters that are not displayed: joiners, fillers, tags, variation selectors. */
const INVISIBLE = '\\p{Default_Ignorable_Code_Point}'
/** AWS's "characters to avoid", and the characters that Windows doesn't allow in file names. */
const AWKWARD = /[\\/:*?"<>|^`{}[\]~%#&$@=;+,]/g
/** Windows device names, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i

/**
 * Names in file systems have up to 255 characters. Only the beginning and the end of a longer one are
 * used, because `normalize` takes quadratic time on combining characters.
 */
const READ = { atStart: 448, atEnd: 64 }

const encoder = new TextEncoder()

/**
 * Throws if the key is empty. The URL would then be the bucket's, and a signed PUT or DELETE would
 * create or delete the bucket.
 *
 * @param key - `undefined` for a request to the bucket itself.
 */
export function refuseEmptyKey(key: string | undefined): void {
  if (key === '') throw new TypeError(`key is empty, expected 1 to ${MAX_KEY_BYTES} bytes`)
}

/**
 * Checks that a string is safe to use as an object key, and returns it.
 *
 * @throws {TypeError} If S3 would reject the key, or if a client, proxy or file system could
 *   mistake it for another one because it has leading or double slashes, `.` or `..` segments,
 *   control or direction characters, or S3's placeholder `${filename}`.
 * @example
 * ```ts
 * const key = objectKey(`photos/${crypto.randomUUID()}/${safeFileName(file.name)}`)
 * ```
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
  if (DIRECTION.test(text)) return 'has a character that changes the direction of text'
  if (text.includes('${filename}')) return 'has ${filename}, which S3 would replace'
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(text))
    // The key may be long, so the message shows only the segment and the text around it.
    return `has a '.' or '..' segment: ${/(?:^|.{0,30}\/)\.\.?(?:\/.{0,30}|$)/u.exec(text)?.[0]}`
  if (/^\/|\/\//.test(text)) return 'has an empty segment'
  return undefined
}

/**
 * Makes a file name safe to use in an object key and on disk.
 *
 * The result is a single path segment of up to 200 UTF-8 bytes, in NFC, without control, invisible
 * or awkward characters and without a leading dot, and it is never a device name. Extensions and
 * emoji are kept. Applying the function twice has no further effect.
 *
 * @param name - The name as the browser reports it. If it is a path, only the last segment is used.
 * @returns The safe name, or `file` if no characters remain.
 * @example
 * ```ts
 * safeFileName('C:\\Photos\\Été & co?.jpg') // 'Été - co-.jpg'
 * ```
 */
export function safeFileName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const clean = withoutMiddle(last)
    .toWellFormed()
    .normalize('NFC') // before AWKWARD: some characters normalize to `;` or a backquote
    .replace(CONTROL, '')
    .replace(NOT_IN_XML, '')
    .replace(AWKWARD, '-')
  const visible = NOT_ASCII.test(clean) ? withoutInvisible(clean) : clean
  // Normalize again: a removed character may have separated a letter from its accent.
  const short = shorten(trimDots(visible.normalize('NFC').replace(/\s+/gu, ' '))) || 'file'
  return RESERVED.test(short) ? shorten(`_${short}`) : short
}

function withoutMiddle(name: string): string {
  const { atStart, atEnd } = READ
  return name.length > atStart + atEnd ? name.slice(0, atStart) + name.slice(-atEnd) : name
}

let invisible: RegExp | undefined
let emojiOrInvisible: RegExp | undefined

/**
 * Removes the characters that `INVISIBLE` matches, except inside an emoji: a whole emoji is matched
 * as group 1 and kept. The patterns are created on first use, because compiling them while the file
 * loads would take a large part of Node's startup time.
 */
function withoutInvisible(name: string): string {
  invisible ??= new RegExp(INVISIBLE, 'u')
  if (!invisible.test(name)) return name
  emojiOrInvisible ??= new RegExp(`(\\p{RGI_Emoji})|${INVISIBLE}`, 'gv')
  return name.replace(emojiOrInvisible, '$1')
}

/**
 * Removes leading and trailing dots and spaces. A regular expression would take quadratic time on a
 * long run of dots.
 */
function trimDots(text: string): string {
  const isDot = (at: number) => text[at] === '.' || text[at] === ' '
  let start = 0
  let end = text.length
  while (isDot(start)) start += 1
  while (isDot(end - 1)) end -= 1
  return text.slice(start, end)
}

function shorten(name: string): string {
  if (encoder.encode(name).length <= MAX_NAME_BYTES) return name
  const dot = name.lastIndexOf('.') // without a dot: -1, so the difference below exceeds 16
  const extension = name.length - dot <= 16 ? name.slice(dot) : ''
  const room = MAX_NAME_BYTES - encoder.encode(extension).length
  let end = 0
  let bytes = 0
  // Cut between grapheme clusters: a cut inside one would leave a letter without its accent, or
  // half an emoji. The loop never reaches the extension, because the text before it does not fit.
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    bytes += encoder.encode(segment).length
    if (bytes > room) break
    end += segment.length
  }
  return (trimDots(name.slice(0, end)) || 'file') + extension
}
