/**
 * Limits how many uploads one `POST B` may create that cost something.
 *
 * A multipart upload costs a request to S3, which keeps the upload until it is completed, aborted
 * or expired; a file under a rule with `quota` costs a request to the quota store. Describing one
 * costs the caller 50 bytes. Other files are free until they are sent, so they are not counted.
 *
 * @module
 */

import { type PublicAuthorization, UploadError } from '../../protocol/index.ts'

/**
 * For a call without an owner, whose caller is unknown. A client sends six files in parts at once,
 * so ten keep it busy.
 */
const MAX_WITHOUT_OWNER = 10

/**
 * Starts counting such uploads of one call.
 *
 * @returns A function to call before creating each of them. It throws `TOO_MANY_UPLOADS` when the
 *   call has used up its share.
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
