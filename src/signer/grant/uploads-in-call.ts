/**
 * How many multipart uploads one `POST B` may create.
 *
 * Each costs S3 a request, and is kept there until it is completed, aborted or expired; its
 * description costs the caller 50 bytes. Files that go in one request cost S3 nothing before they
 * are sent, so they are not counted.
 *
 * @module
 */

import { type PublicAuthorization, UploadError } from '../../protocol/index.ts'

/**
 * For a call without owner: whom to blame for it is not known. A client sends six files in parts at
 * once, so ten keep it busy.
 */
const MAX_WITHOUT_OWNER = 10

/**
 * Begins to count the multipart uploads of one call.
 *
 * @returns What is called before each of them is created. It throws `TOO_MANY_UPLOADS` when the
 *   call has created its share.
 */
export function countUploads({ owner }: PublicAuthorization): () => void {
  let count = 0
  return () => {
    count += 1
    if (owner !== undefined || count <= MAX_WITHOUT_OWNER) return
    throw new UploadError(
      'TOO_MANY_UPLOADS',
      `file is number ${count} in this call that goes in parts, at most ${MAX_WITHOUT_OWNER} are ` +
        'allowed without an owner: ask for it again in another call',
    )
  }
}
