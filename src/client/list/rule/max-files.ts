/**
 * How many files a list may hold. The signer does not count them: it knows each call only by
 * itself.
 *
 * @module
 */

import { UploadError } from '../../../protocol/upload-error.ts'
import type { UploadItemState } from '../snapshot.ts'

/**
 * @param others - The other items; what has failed or was aborted takes no place.
 * @throws {UploadError} `TOO_MANY_FILES`
 */
export function expectRoom(
  others: readonly { readonly state: UploadItemState }[],
  maxFiles: number | undefined,
): void {
  if (maxFiles === undefined) return
  const taken = others.filter(({ state }) => state !== 'failed' && state !== 'aborted').length
  if (taken < maxFiles) return
  throw new UploadError('TOO_MANY_FILES', `at most ${maxFiles} files are allowed`, {
    details: { actual: taken + 1, allowed: maxFiles },
  })
}
