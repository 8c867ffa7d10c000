/**
 * Whether a rule's types and sizes allow a file: one implementation for the signer, and for the
 * client that refuses a file without asking it.
 *
 * @module
 */

import { allowsContentType } from './content-types/allowed-type.ts'
import { quote } from './json-value.ts'
import { UploadError } from './upload-error.ts'

/** The query of a form may hold a longer type. */
const MAX_TYPE_LENGTH = 255

/**
 * @param type - In lower case, without parameters.
 * @throws {UploadError} `FILE_TYPE_NOT_ALLOWED`
 */
export function checkFileType(types: readonly string[], type: string): void {
  if (allowsContentType(types, type)) return
  const actual = type.slice(0, MAX_TYPE_LENGTH)
  throw new UploadError(
    'FILE_TYPE_NOT_ALLOWED',
    `type is ${quote(actual)} (from the browser, or the file's extension), the signer's rule allows ${types.join(', ')} (types)`,
    { details: { actual, allowed: types } },
  )
}

/**
 * @param range - Bytes.
 * @param size - Bytes.
 * @throws {UploadError} `FILE_TOO_LARGE` or `FILE_TOO_SMALL`
 */
export function checkFileSize(
  { min, max }: { readonly min: number; readonly max: number },
  size: number,
): void {
  if (size > max) {
    throw new UploadError(
      'FILE_TOO_LARGE',
      `file is ${size} bytes, the signer's rule allows at most ${max} (maxSize)`,
      {
        details: { actual: size, allowed: max },
      },
    )
  }
  if (size < min) {
    throw new UploadError(
      'FILE_TOO_SMALL',
      `file is ${size} bytes, the signer's rule wants at least ${min} (minSize)`,
      {
        details: { actual: size, allowed: min },
      },
    )
  }
}
