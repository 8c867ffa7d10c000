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
    `type is ${quote(actual)}, allowed are ${types.join(', ')} (types of the rule)`,
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
      `file is ${size} bytes, at most ${max} are allowed (maxSize of the rule)`,
      {
        details: { actual: size, allowed: max },
      },
    )
  }
  if (size < min) {
    throw new UploadError(
      'FILE_TOO_SMALL',
      `file is ${size} bytes, at least ${min} are needed (minSize of the rule)`,
      {
        details: { actual: size, allowed: min },
      },
    )
  }
}
