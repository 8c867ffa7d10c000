/**
 * Writes lifecycle rules as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html
 * @module
 */

import type { XmlElement } from 'waybill-s3/internal/xml'
import { maybeText, text } from '../message/response.ts'
import type { LifecycleFilter, LifecycleRule } from './lifecycle-rule.ts'

/** Makes the `Rule` element of a rule. */
export function ruleXml(rule: LifecycleRule): XmlElement {
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
