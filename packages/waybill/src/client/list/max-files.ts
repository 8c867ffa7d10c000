/**
 * How many files a list may hold. The signer does not count them: it knows each call only by
 * itself.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/**
 * @param taken - How many other files count.
 * @throws {UploadError} `TOO_MANY_FILES`
 */
export function expectRoom(taken: number, maxFiles: number | undefined): void {
  if (maxFiles === undefined || taken < maxFiles) return
  throw new UploadError('TOO_MANY_FILES', `at most ${maxFiles} files are allowed`, {
    details: { actual: taken + 1, allowed: maxFiles },
  })
}
