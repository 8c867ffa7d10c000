/**
 * Permissions that handlers check if an object is locked.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { AccessTarget } from '../access/access-request.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { queryOf } from '../message/request.ts'
import type { Call, ObjectCall } from '../operations/call.ts'
import { asksForBypass, holdHeaders, retentionHeaders } from './requested-lock.ts'

/**
 * @returns Whether the request asks to bypass governance mode.
 * @throws {S3Error} `AccessDenied` if it asks and a bucket policy denies it.
 */
export function mayBypass(call: Call, target: AccessTarget): boolean {
  if (!asksForBypass(call.request.values)) return false
  call.authorize('BypassGovernanceRetention', target)
  return true
}

/** Like S3, omits whatever the requester may not read. */
export function lockHeaders(call: ObjectCall, record: ObjectRecord): Record<string, string> {
  const retention = retentionHeaders(record)
  const hold = holdHeaders(record)
  return {
    ...(mayRead(call, 'GetObjectRetention', retention) ? retention : {}),
    ...(mayRead(call, 'GetObjectLegalHold', hold) ? hold : {}),
  }
}

function mayRead(
  call: ObjectCall,
  operation: 'GetObjectRetention' | 'GetObjectLegalHold',
  headers: Readonly<Record<string, string>>,
): boolean {
  if (Object.keys(headers).length === 0) return false
  const { bucket, key, request } = call
  try {
    call.authorize(operation, { bucket, key, versionId: queryOf(request, 'versionId') })
    return true
  } catch (error) {
    if (error instanceof S3Error && error.code === 'AccessDenied') return false
    throw error
  }
}
