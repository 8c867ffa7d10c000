/**
 * Limits how many uploads that cost something one `POST B` may create.
 *
 * A multipart upload costs S3 a request, and is kept there until it is completed, aborted or
 * expired; a file of a rule with `quota` costs its store a request. Its description costs the
 * caller 50 bytes. Other files that go in one request cost nothing before they are sent, so they
 * are not counted.
 *
 * @module
 */

import { type PublicAuthorization, UploadError } from '../../protocol/index.ts'

/**
 * For a call without owner, whose caller is not known. A client sends six files in parts at once,
 * so ten keep it busy.
 */
const MAX_WITHOUT_OWNER = 10

/**
 * Begins to count such uploads of one call.
 *
 * @returns A function to call before each of them is created. It throws `TOO_MANY_UPLOADS` when the
 *   call has created its share.
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
