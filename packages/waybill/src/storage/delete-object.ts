/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * @module
 */

import { callS3, isDeletion } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

/**
 * Deletes an object, or one version of it.
 *
 * @param etag - With quotes, as S3 writes it. If the object's ETag differs, S3 rejects the request
 *   with `PreconditionFailed`.
 * @returns Whether S3 only added a delete marker and kept the object's versions.
 */
export async function deleteObject(
  context: S3CallContext,
  object: ObjectVersion,
  etag?: string,
): Promise<boolean> {
  const headers = etag === undefined ? {} : { 'if-match': etag }
  const { header } = await callS3(context, {
    method: 'DELETE',
    ...targetOf(object),
    headers,
    isResponse: isDeletion,
  })
  return object.versionId === undefined && header('x-amz-delete-marker') === 'true'
}
