/**
 * Decides whether a rule accepts a file, and chooses the object's key.
 *
 * @module
 */

import { type Digest, type ObjectKey, objectKey, safeFileName } from 'waybill-s3'
import type { PublicAuthorization } from '../../protocol/authorization.ts'
import { baseContentType } from '../../protocol/base-content-type.ts'
import { checkFileSize, checkFileType } from '../../protocol/check-file.ts'
import type { FileDescription } from '../../protocol/messages.ts'
import type { AcceptedFile } from '../../protocol/upload-rule.ts'
import type { SignerRule } from './signer-rule.ts'

const ID_BYTES = 16

interface IdSource {
  readonly digest: Digest
  randomBytes(length: number): Uint8Array
}

/** These limits leave room for the rest of the key, and for the waybill, which contains the key. */
const MAX_PATH_BYTES = 512
const MAX_FOLDERS = 32

/**
 * @returns The content type to sign, in lower case and without parameters.
 * @throws {UploadError} `FILE_TYPE_NOT_ALLOWED`
 */
export function acceptType(rule: SignerRule, type: string): string {
  const base = baseContentType(type)
  checkFileType(rule.types, base)
  return base
}

/** @throws {UploadError} `FILE_TOO_LARGE` or `FILE_TOO_SMALL` */
export function acceptSize(rule: SignerRule, size: number): void {
  checkFileSize(rule.size, size)
}

export function acceptedFile(
  { digest, randomBytes }: IdSource,
  file: Omit<FileDescription, 'size'> & { readonly size?: number },
  authorization: PublicAuthorization,
): AcceptedFile<PublicAuthorization> {
  const name = safeFileName(file.name)
  return {
    name,
    path: [...safeFolders(file, name), name].join('/'),
    type: file.type,
    metadata: file.metadata ?? {},
    id: digest.base64Url(randomBytes(ID_BYTES)),
    authorization,
    ...(file.size === undefined ? {} : { size: file.size }),
  }
}

/**
 * Sanitizes folder names for use in a key. If the path is too deep or too long, the innermost
 * folders are dropped so that the file can still be uploaded.
 */
function safeFolders(
  { name, path = name }: Pick<FileDescription, 'name' | 'path'>,
  safeName: string,
): readonly string[] {
  const folders = path.slice(0, -name.length).split('/', MAX_FOLDERS).filter(Boolean)
  const encoder = new TextEncoder()
  let left = MAX_PATH_BYTES - encoder.encode(safeName).length
  const safe: string[] = []
  for (const folder of folders.map(safeFileName)) {
    left -= encoder.encode(folder).length + 1
    if (left < 0) break
    safe.push(folder)
  }
  return safe
}

/**
 * Calls the rule's `key` function and adds the signer's prefix and the caller's.
 *
 * @throws {TypeError} If S3 would reject the key, or if it could be mistaken for another key.
 */
export async function chooseKey(
  { prefix, given }: { readonly prefix: string; readonly given: unknown },
  rule: SignerRule,
  file: AcceptedFile<PublicAuthorization>,
): Promise<ObjectKey> {
  const key: unknown = await rule.key(file, given)
  if (typeof key !== 'string') {
    throw new TypeError(`rules.${rule.name}.key is ${typeof key}, expected text`)
  }
  return objectKey(withPrefix(prefix, key, rule.only?.keyPrefix))
}

/** Leaves room for the part of the key that a rule chooses. */
const MAX_PREFIX_BYTES = 512

/** @throws {TypeError} If the prefix cannot be the beginning of an object key. */
export function readPrefix(prefix: string = ''): string {
  if (typeof prefix !== 'string') {
    throw new TypeError(`prefix is ${typeof prefix}, expected a string such as 'uploads/'`)
  }
  const { length } = new TextEncoder().encode(prefix)
  if (length > MAX_PREFIX_BYTES) {
    throw new TypeError(`prefix is ${length} bytes, expected at most ${MAX_PREFIX_BYTES}`)
  }
  try {
    objectKey(`${prefix}x`)
  } catch (cause) {
    throw new TypeError(`prefix is '${prefix}', expected a prefix of object keys`, { cause })
  }
  return prefix
}

export function withPrefix(prefix: string, key: string, callersPrefix = ''): string {
  return `${prefix}${callersPrefix}${key.startsWith(prefix) ? key.slice(prefix.length) : key}`
}

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
