/**
 * Names the actions of operations in bucket policies.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * @module
 */

import { type OperationName, policyAction } from '../operations/route.ts'

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

/**
 * Names the action of an operation.
 *
 * @param version - Whether the request names a version: such requests have their own actions.
 */
export function actionOf(operation: OperationName, version: boolean): string {
  const action = policyAction(operation)
  if (!version || !OF_A_VERSION.has(action)) return `s3:${action}`
  return `s3:${action.replace('Object', 'ObjectVersion')}`
}
