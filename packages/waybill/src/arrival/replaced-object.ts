/**
 * Whether an object is still the one being judged. Without versioning, another upload can
 * replace it at any time.
 *
 * @module
 */

import {
  deleteObject,
  headObject,
  meansReplaced,
  type ObjectVersion,
  type StoredObject,
} from '../storage/objects.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'
import type { ArrivedObject } from './object-event.ts'

/**
 * Returns whether a version id always identifies the same bytes. Version `null` does not, because
 * it can be overwritten.
 */
export function isPinned(versionId: string | undefined): versionId is string {
  return versionId !== undefined && versionId !== 'null'
}

/** S3 puts quotes around an ETag, but events do not. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', '')
}

/**
 * Without versioning, the bytes in the event may have been overwritten. The new bytes have their
 * own event.
 */
export function isOvertaken({ versionId, etag }: ArrivedObject, head: StoredObject): boolean {
  return !isPinned(versionId) && etag !== undefined && etag !== unquoted(head.etag)
}

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
