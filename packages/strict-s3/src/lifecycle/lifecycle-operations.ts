/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'
import { readXml } from '../body/document.ts'
import type { BucketRecord, LifecycleFilter, LifecycleRule } from '../buckets/records.ts'
import type { S3Request } from '../message/request.ts'
import {
  emptyResponse,
  maybeText,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import type { BucketCall } from '../operations/call.ts'
import { parseRules } from './lifecycle-rules.ts'
import { forgetSweep } from './sweep.ts'

export function getBucketLifecycle({ bucket }: BucketCall): S3Response {
  const { lifecycle } = bucket.record
  if (!lifecycle) {
    throw new S3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: bucket.name })
  }
  return xmlResponse('LifecycleConfiguration', lifecycle.map(ruleXml), minimumSize(bucket.record))
}

/** It only affects transitions, so it is merely stored. Terraform waits until it can read it. */
const MINIMUM_SIZE = 'x-amz-transition-default-minimum-object-size'

function minimumSize({ transitionMinimumSize }: BucketRecord): Record<string, string> {
  return { [MINIMUM_SIZE]: transitionMinimumSize ?? 'all_storage_classes_128K' }
}

function requestedMinimumSize({ values }: S3Request): Pick<BucketRecord, 'transitionMinimumSize'> {
  const size = values[MINIMUM_SIZE]
  if (size === undefined || size === 'all_storage_classes_128K') return {}
  if (size === 'varies_by_storage_class') return { transitionMinimumSize: size }
  throw new S3Error('InvalidRequest', `Invalid TransitionDefaultMinimumObjectSize found: ${size}`)
}

export async function putBucketLifecycle(call: BucketCall): Promise<S3Response> {
  const lifecycle = parseRules(await readXml(call))
  const requested = requestedMinimumSize(call.request)
  await call.bucket.update(({ transitionMinimumSize, ...record }) => ({
    ...record,
    lifecycle,
    ...requested,
  }))
  forgetSweep(call.bucket)
  return emptyResponse(200, minimumSize(call.bucket.record))
}

export async function deleteBucketLifecycle({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update(({ lifecycle, transitionMinimumSize, ...rest }) => rest)
  return emptyResponse(204)
}

function ruleXml(rule: LifecycleRule): XmlElement {
  return {
    name: 'Rule',
    children: [
      ...maybeText('ID', rule.id),
      rule.older
        ? text('Prefix', rule.filter.prefix ?? '')
        : { name: 'Filter', children: filterXml(rule.filter) },
      text('Status', rule.enabled ? 'Enabled' : 'Disabled'),
      ...action('Expiration', expirationXml(rule)),
      ...action('NoncurrentVersionExpiration', maybeText('NoncurrentDays', rule.noncurrentDays)),
      ...action(
        'AbortIncompleteMultipartUpload',
        maybeText('DaysAfterInitiation', rule.abortIncompleteDays),
      ),
    ],
  }
}

function action(name: string, children: XmlElement[]): XmlElement[] {
  return children.length === 0 ? [] : [{ name, children }]
}

function expirationXml(rule: LifecycleRule): XmlElement[] {
  const date =
    rule.expirationDateMs === undefined ? undefined : new Date(rule.expirationDateMs).toISOString()
  return [
    ...maybeText('Days', rule.expirationDays),
    ...maybeText('Date', date),
    ...maybeText('ExpiredObjectDeleteMarker', rule.expiredObjectDeleteMarker),
  ]
}

function filterXml({ prefix, tags = {}, sizeGreaterThan, sizeLessThan }: LifecycleFilter) {
  const children: XmlElement[] = [
    ...maybeText('Prefix', prefix),
    ...Object.entries(tags).map(([key, value]) => ({
      name: 'Tag',
      children: [text('Key', key), text('Value', value)],
    })),
    ...maybeText('ObjectSizeGreaterThan', sizeGreaterThan),
    ...maybeText('ObjectSizeLessThan', sizeLessThan),
  ]
  return children.length > 1 ? [{ name: 'And', children }] : children
}
