/**
 * Strategy `post`: one form, its fields as signed, the file last.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 * @module
 */

import type { PostGrant } from '../protocol/messages.ts'
import type { Send } from './send.ts'
import { readStorageAnswer } from './storage-answer.ts'

/** @throws {UploadError} What S3 answered. */
export async function sendForm(
  send: Send,
  { presignedPost }: PostGrant,
  file: Blob,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries(presignedPost.fields)) form.append(name, value)
  form.append('file', file)
  const answer = await send({
    method: 'POST',
    url: presignedPost.url,
    headers: {},
    body: form,
    size: file.size,
    signal,
    onSent,
  })
  const error = readStorageAnswer(answer)
  if (error) throw error
}
