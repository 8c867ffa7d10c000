/**
 * Limits how many costly uploads one call can create.
 *
 * A multipart upload costs a request to S3, which keeps the upload until it is completed, aborted
 * or expired. Under a rule with `quota`, each file costs a request to the quota store. All other
 * files cost nothing until they are sent, so they are not counted.
 *
 * @module
 */

import { type PublicAuthorization, UploadError } from '../../protocol/index.ts'

/**
 * Applies if the caller is unknown. Clients send six large files at once, so ten per call keep them
 * busy.
 */
const MAX_WITHOUT_OWNER = 10

/**
 * Returns a function to call before each costly upload is created. It throws `TOO_MANY_UPLOADS`
 * once the call has reached the limit.
 */
export function countUploads({ owner }: PublicAuthorization): () => void {
  let count = 0
  return () => {
    count += 1
    if (owner !== undefined || count <= MAX_WITHOUT_OWNER) return
    throw new UploadError(
      'TOO_MANY_UPLOADS',
      `file is number ${count} in this call that goes in parts or counts for a quota, ` +
        `at most ${MAX_WITHOUT_OWNER} are allowed without an owner: ask for it again in another call`,
    )
  }
}
