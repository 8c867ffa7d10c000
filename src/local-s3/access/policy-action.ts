/**
 * What bucket policies call each operation.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * @module
 */

import { type OperationName, policyAction } from '../http/route.ts'

const OF_A_VERSION = new Set([
  'GetObject',
  'DeleteObject',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'GetObjectAttributes',
  'GetObjectAcl',
  'PutObjectAcl',
])

/** @param version - Whether the request names one: that is an action of its own. */
export function actionOf(operation: OperationName, version: boolean): string {
  const action = policyAction(operation)
  if (!version || !OF_A_VERSION.has(action)) return `s3:${action}`
  return `s3:${action.replace('Object', 'ObjectVersion')}`
}
