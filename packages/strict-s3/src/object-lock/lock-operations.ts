/**
 * Operations on a bucket's default lock, and on the locks of its objects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import type { AccessTarget } from '../access/access-request.ts'
import { readXml } from '../body/document.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { queryOf } from '../message/request.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../message/response.ts'
import type { BucketCall, ObjectCall } from '../operations/call.ts'
import { mayBypass } from './lock-permissions.ts'
import {
  type BucketLock,
  checkNewRetention,
  type DefaultRetention,
  invalidBucketState,
  isLockMode,
  type Retention,
} from './object-lock.ts'
import { checkInFuture, holdHeaders, parseIsoDate, retentionHeaders } from './requested-lock.ts'

export function getObjectLockConfiguration({ bucket }: BucketCall): S3Response {
  const { objectLock } = bucket.record
  if (!objectLock) {
    throw new S3Error(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      { BucketName: bucket.name },
      404,
    )
  }
  return xmlResponse('ObjectLockConfiguration', [
    text('ObjectLockEnabled', 'Enabled'),
    ...ruleXml(objectLock),
  ])
}

export async function putObjectLockConfiguration(call: BucketCall): Promise<S3Response> {
  const objectLock = parseConfiguration(await readXml(call))
  await call.bucket.update((record) => {
    if (record.versioning !== 'Enabled') {
      throw invalidBucketState(
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      )
    }
    return { ...record, objectLock }
  })
  return emptyResponse(200)
}

function parseConfiguration(root: XmlElement): BucketLock {
  if (textOf(root, 'ObjectLockEnabled') !== 'Enabled') throw new S3Error('MalformedXML')
  const rule = childOf(root, 'Rule')
  if (!rule) return {}
  const retention = childOf(rule, 'DefaultRetention')
  if (!retention) throw new S3Error('MalformedXML')
  return { defaultRetention: parseDefault(retention) }
}

/** S3's limits: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
const MAX_PERIOD = { Days: 36_500, Years: 100 }

function parseDefault(retention: XmlElement): DefaultRetention {
  const mode = textOf(retention, 'Mode')
  const days = textOf(retention, 'Days')
  const years = textOf(retention, 'Years')
  const period = days ?? years ?? ''
  if (!isLockMode(mode) || (days === undefined) === (years === undefined)) {
    throw new S3Error('MalformedXML')
  }
  if (!/^[+-]?\d{1,10}$/.test(period)) throw new S3Error('MalformedXML')
  const unit = days === undefined ? 'Years' : 'Days'
  const count = Number(period)
  if (count >= 1 && count <= MAX_PERIOD[unit]) return { mode, unit, count }
  throw new S3Error(
    'InvalidArgument',
    count < 1
      ? 'Default retention period must be a positive integer value.'
      : `Default retention period must not exceed ${MAX_PERIOD[unit]} ${unit.toLowerCase()}.`,
    { ArgumentName: unit, ArgumentValue: period },
  )
}

function ruleXml({ defaultRetention }: BucketLock): XmlElement[] {
  if (!defaultRetention) return []
  const { mode, unit, count } = defaultRetention
  const retention = { name: 'DefaultRetention', children: [text('Mode', mode), text(unit, count)] }
  return [{ name: 'Rule', children: [retention] }]
}

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
  const untilMs = date === undefined ? undefined : parseIsoDate(date)
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
