/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf, type XmlElement } from 'waybill-s3/internal/xml'
import type { AccessTarget } from '../../access/access-request.ts'
import { readXml } from '../../body/document.ts'
import type { Bucket } from '../../buckets/bucket.ts'
import { queryOf } from '../../message/request.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../../message/response.ts'
import { checkNewRetention, isLockMode, type Retention } from '../../object-lock/object-lock.ts'
import {
  asksForBypass,
  checkInFuture,
  holdHeaders,
  parseRetainUntil,
  retentionHeaders,
} from '../../object-lock/requested-lock.ts'
import type { ObjectRecord } from '../../storage/records.ts'
import type { Call, ObjectCall } from '../call.ts'

export function getObjectRetention(call: ObjectCall): S3Response {
  const { retention } = lockedObject(call)
  if (!retention) throw noLock()
  return xmlResponse('Retention', [
    text('Mode', retention.mode),
    text('RetainUntilDate', new Date(retention.untilMs).toISOString()),
  ])
}

export function getObjectLegalHold(call: ObjectCall): S3Response {
  const { legalHold } = lockedObject(call)
  if (legalHold === undefined) throw noLock()
  return xmlResponse('LegalHold', [text('Status', legalHold ? 'ON' : 'OFF')])
}

/** Checks the permission after the body, because a bucket policy may have conditions on it. */
export async function putObjectRetention(call: ObjectCall): Promise<S3Response> {
  const retention = parseRetention(await readXml(call))
  const { bucket, key, notes } = call
  const target = targetOf(call)
  authorizeLock(call, 'PutObjectRetention', target, retentionHeaders(retention))
  const bypass = mayBypass(call, target)
  checkHasLock(bucket)
  await bucket.amend(key, target.versionId, (record) => {
    // A fault can skew the service's clock, but never shorten a retention period.
    const now = notes.time
    const until = retention.retention
    if (until) {
      checkInFuture(until.untilMs, now, 'RetainUntilDate', new Date(until.untilMs).toISOString())
    }
    checkNewRetention(record.retention, until, now.getTime(), bypass)
    const { retention: _, ...rest } = record
    return { ...rest, ...retention }
  })
  return emptyResponse(200)
}

export async function putObjectLegalHold(call: ObjectCall): Promise<S3Response> {
  const status = textOf(await readXml(call), 'Status')
  if (status !== 'ON' && status !== 'OFF') throw new S3Error('MalformedXML')
  const hold = { legalHold: status === 'ON' }
  const { bucket, key } = call
  const target = targetOf(call)
  authorizeLock(call, 'PutObjectLegalHold', target, holdHeaders(hold))
  checkHasLock(bucket)
  await bucket.amend(key, target.versionId, (record) => ({ ...record, ...hold }))
  return emptyResponse(200)
}

function targetOf({ bucket, key, request }: ObjectCall) {
  return { bucket, key, versionId: queryOf(request, 'versionId') }
}

/** @param headers - Headers with the same meaning, as which bucket policies see the document. */
function authorizeLock(
  call: ObjectCall,
  operation: 'PutObjectRetention' | 'PutObjectLegalHold',
  target: AccessTarget,
  headers: Readonly<Record<string, string>>,
): void {
  const { identity, request } = call
  const values = { ...request.values, ...headers }
  call.authorize(operation, target, { identity, request: { ...request, values } })
}

/** An empty document removes the retention. */
function parseRetention(root: XmlElement): { retention?: Retention } {
  const mode = textOf(root, 'Mode')
  const date = textOf(root, 'RetainUntilDate')
  if (mode === undefined && date === undefined) return {}
  const untilMs = date === undefined ? undefined : parseRetainUntil(date)
  if (!isLockMode(mode) || untilMs === undefined) throw new S3Error('MalformedXML')
  return { retention: { mode, untilMs } }
}

function lockedObject(call: ObjectCall): ObjectRecord {
  checkHasLock(call.bucket)
  const { request } = call
  return call.bucket.amendable(call.key, queryOf(request, 'versionId'), request.method)
}

function checkHasLock(bucket: Bucket): void {
  if (bucket.record.objectLock) return
  throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration')
}

function noLock(): S3Error {
  return new S3Error(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    {},
    404,
  )
}

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
  try {
    call.authorize(operation, targetOf(call))
    return true
  } catch (error) {
    if (error instanceof S3Error && error.code === 'AccessDenied') return false
    throw error
  }
}
