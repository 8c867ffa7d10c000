import {
  deleteObject,
  headObject,
  meansReplaced,
  type ObjectVersion,
  type StoredObject,
} from '../storage/objects.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'
import { isPinned } from './malware-scan.ts'

/**
 * Comparing ETags is not enough, because the same bytes may have been stored again with a different
 * waybill, type or encoding.
 */
export async function isUnchanged(
  s3: S3CallContext,
  target: ObjectVersion,
  before: StoredObject,
): Promise<boolean> {
  const after = await headObject(s3, target)
  return JSON.stringify(after) === JSON.stringify(before)
}

/**
 * Ignores an S3 error that means that the object was replaced or deleted.
 *
 * @throws Any other error.
 */
export function expectReplacement(error: unknown): true {
  if (meansReplaced(error)) return true
  throw error
}

/**
 * Deletes the judged bytes, with or without versioning, but never bytes that have replaced them.
 */
export async function deleteRejected(
  s3: S3CallContext,
  target: ObjectVersion,
  head: StoredObject,
): Promise<void> {
  const { key, versionId } = target
  // S3 does not accept an ETag together with a version, not even with version `null`.
  const deletion = isPinned(versionId)
    ? deleteObject(s3, target)
    : deleteObject(s3, { key }, head.etag)
  // If S3 responds with 404 or 412, there are new bytes with their own event, or a delete marker.
  // The marker may be our own, from an attempt whose response was lost.
  const isOnlyHidden = await deletion.catch(expectReplacement)
  // If versioning was enabled after the object was stored, the object still exists behind the
  // delete marker. If the function is interrupted here, the object stays hidden and tagged as
  // rejected.
  const hidden = { key, versionId: 'null' }
  if (isOnlyHidden && (await isUnchanged(s3, hidden, head))) {
    await deleteObject(s3, hidden).catch(expectReplacement)
  }
}
