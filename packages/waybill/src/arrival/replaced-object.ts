/**
 * Recognizes objects that are replaced or deleted while arrival works on them.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { headObject, type StoredObject } from '../storage/head-object.ts'
import type { ObjectVersion } from '../storage/object-version.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'

/**
 * Comparing ETags is not enough: the same bytes may have been stored again with another waybill,
 * type or encoding.
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
 * Ignores S3's refusal to read, tag or delete an object that is gone.
 *
 * @throws Any other error.
 */
export function expectReplacement(error: unknown): true {
  if (error instanceof S3Error && (error.status === 404 || error.status === 412)) return true
  throw error
}
