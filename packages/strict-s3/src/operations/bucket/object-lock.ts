/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { readXml } from '../../body/document.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../../message/response.ts'
import {
  type BucketLock,
  type DefaultRetention,
  isLockMode,
} from '../../object-lock/object-lock.ts'
import type { BucketRecord } from '../../storage/records.ts'
import type { BucketCall } from '../call.ts'

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
      throw invalidState(
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      )
    }
    return { ...record, objectLock }
  })
  return emptyResponse(200)
}

/** @throws {S3Error} `InvalidBucketState` */
export function checkVersioningCanChange({ objectLock }: BucketRecord, status: string): void {
  if (!objectLock || status === 'Enabled') return
  throw invalidState(
    'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
  )
}

function invalidState(message: string): S3Error {
  return new S3Error('InvalidBucketState', message, {}, 409)
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
