/**
 * Checks whether a file's content type and size are allowed.
 *
 * @module
 */

import { allowsContentType } from './content-type.ts'
import { quote } from './json-value.ts'
import { FILE_LIMITS } from './message-limits.ts'
import { UploadError } from './upload-error.ts'

/**
 * @param type - Lower case, without parameters.
 * @throws {UploadError} `FILE_TYPE_NOT_ALLOWED`
 */
export function checkFileType(types: readonly string[], type: string): void {
  if (allowsContentType(types, type)) return
  const actual = type.slice(0, FILE_LIMITS.typeLength) // may be longer in a form's query
  throw new UploadError(
    'FILE_TYPE_NOT_ALLOWED',
    `type is ${quote(actual)} (from the browser, or the file's extension), the signer's rule allows ${types.join(', ')} (types)`,
    { details: { actual, allowed: types } },
  )
}

/**
 * @param range - Limits in bytes.
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
