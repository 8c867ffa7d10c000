/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 * @module
 */

import { callS3 } from './call-s3.ts'
import { isHead } from './head-object.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

/**
 * Returns whether a retention period or a legal hold protects a version. S3 returns this
 * information only to callers with `s3:GetObjectRetention` and `s3:GetObjectLegalHold`.
 */
export async function isHeld(context: S3CallContext, version: ObjectVersion): Promise<boolean> {
  const call = { method: 'HEAD', ...targetOf(version), isResponse: isHead } as const
  const { header } = await callS3(context, call)
  if (header('x-amz-object-lock-legal-hold') === 'ON') return true
  const until = Date.parse(header('x-amz-object-lock-retain-until-date') ?? '')
  return until > context.now().getTime()
}
