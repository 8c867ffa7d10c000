import { headObject, type StoredObject } from '../storage/head-object.ts'
import { meansReplaced, type ObjectVersion } from '../storage/object-version.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'

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
