/**
 * GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration, DeleteBucketLifecycle.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 * @module
 */

import { childOf, childrenOf, S3Error, textOf, type XmlElement } from '../s3/index.ts'
import { type Answer, emptyAnswer, maybeText, text, xmlAnswer } from './answer.ts'
import { bucketOf, type Call } from './call.ts'
import { parseDocument, readDocument } from './document.ts'
import type { LifecycleFilter, LifecycleRule } from './lifecycle-rule.ts'
import { forgetSweep } from './lifecycle-sweep.ts'
import { notImplemented } from './route.ts'

const MAX_RULES = 1000

export function getBucketLifecycle(call: Call): Answer {
  const bucket = bucketOf(call)
  const { lifecycle } = bucket.record
  if (!lifecycle) {
    throw new S3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: bucket.name })
  }
  return xmlAnswer('LifecycleConfiguration', lifecycle.map(ruleXml))
}

export async function putBucketLifecycle(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const document = await readDocument(call, { needsDigest: 'Content-MD5' })
  const lifecycle = childrenOf(parseDocument(document, 'LifecycleConfiguration'), 'Rule').map(
    parseRule,
  )
  if (lifecycle.length < 1 || lifecycle.length > MAX_RULES) throw new S3Error('MalformedXML')
  checkIds(lifecycle)
  await bucket.update((record) => ({ ...record, lifecycle }))
  forgetSweep(bucket)
  return emptyAnswer(200)
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
function checkIds(rules: readonly LifecycleRule[]): void {
  const ids = rules.flatMap(({ id }) => id ?? [])
  if (ids.some((id) => id.length > 255)) {
    throw new S3Error('InvalidArgument', 'ID length should not exceed allowed limit of 255')
  }
  if (new Set(ids).size < ids.length) {
    throw new S3Error(
      'InvalidArgument',
      'Rule ID must be unique. Found same ID for more than one rule',
    )
  }
}

export async function deleteBucketLifecycle(call: Call): Promise<Answer> {
  await bucketOf(call).update(({ lifecycle, ...rest }) => rest)
  return emptyAnswer(204)
}

function parseRule(element: XmlElement): LifecycleRule {
  for (const name of ['Transition', 'NoncurrentVersionTransition']) {
    if (childOf(element, name)) throw notImplemented(`the lifecycle action ${name}`)
  }
  const status = textOf(element, 'Status')
  if (status !== 'Enabled' && status !== 'Disabled') throw new S3Error('MalformedXML')
  const id = textOf(element, 'ID')
  const actions = { ...parseExpiration(element), ...parseOthers(element) }
  if (Object.keys(actions).length === 0) {
    throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule')
  }
  const filter = parseFilter(element)
  if ('abortIncompleteDays' in actions && (filter.tags || filter.sizeGreaterThan !== undefined)) {
    throw new S3Error(
      'InvalidRequest',
      'AbortIncompleteMultipartUpload cannot be specified with Tags or object sizes.',
    )
  }
  return { ...(id === undefined ? {} : { id }), enabled: status === 'Enabled', filter, ...actions }
}

function parseExpiration(element: XmlElement) {
  const expiration = childOf(element, 'Expiration')
  if (!expiration) return {}
  // One of them, says the schema; a date that is none would expire nothing, or everything.
  if (expiration.children?.length !== 1) throw new S3Error('MalformedXML')
  const date = textOf(expiration, 'Date')
  const marker = textOf(expiration, 'ExpiredObjectDeleteMarker')
  const days = daysOf(expiration, 'Days')
  if (date !== undefined && Number.isNaN(Date.parse(date))) throw new S3Error('MalformedXML')
  if (date !== undefined && !/T00:00:00(?:\.0+)?Z$/.test(date)) {
    throw new S3Error('InvalidArgument', "'Date' must be at midnight GMT")
  }
  return {
    ...(days === undefined ? {} : { expirationDays: days }),
    ...(date === undefined ? {} : { expirationDateMs: Date.parse(date) }),
    ...(marker === 'true' ? { expiredObjectDeleteMarker: true } : {}),
  }
}

function parseOthers(element: XmlElement) {
  const noncurrent = childOf(element, 'NoncurrentVersionExpiration')
  const abort = childOf(element, 'AbortIncompleteMultipartUpload')
  if (noncurrent && childOf(noncurrent, 'NewerNoncurrentVersions')) {
    throw notImplemented('NewerNoncurrentVersions')
  }
  const noncurrentDays = noncurrent && daysOf(noncurrent, 'NoncurrentDays')
  const abortDays = abort && daysOf(abort, 'DaysAfterInitiation')
  return {
    ...(noncurrentDays === undefined ? {} : { noncurrentDays }),
    ...(abortDays === undefined ? {} : { abortIncompleteDays: abortDays }),
  }
}

function daysOf(element: XmlElement, name: string): number | undefined {
  const days = textOf(element, name)
  if (days === undefined) return undefined
  if (/^\d{1,9}$/.test(days) && Number(days) > 0) return Number(days)
  throw new S3Error('InvalidArgument', `'${name}' must be a positive integer`, {
    ArgumentName: name,
    ArgumentValue: days,
  })
}

function parseFilter(element: XmlElement): LifecycleFilter {
  const filter = childOf(element, 'Filter')
  // The older form has the prefix beside the actions.
  const holder = (filter && childOf(filter, 'And')) ?? filter ?? element
  const prefix = textOf(holder, 'Prefix')
  const tags = childrenOf(holder, 'Tag').map(
    (tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const,
  )
  const greater = sizeOf(holder, 'ObjectSizeGreaterThan')
  const less = sizeOf(holder, 'ObjectSizeLessThan')
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
    ...(greater === undefined ? {} : { sizeGreaterThan: greater }),
    ...(less === undefined ? {} : { sizeLessThan: less }),
  }
}

function sizeOf(element: XmlElement, name: string): number | undefined {
  const size = textOf(element, name)
  if (size === undefined || /^\d{1,15}$/.test(size)) return size === undefined ? size : Number(size)
  throw new S3Error('MalformedXML')
}

function ruleXml(rule: LifecycleRule): XmlElement {
  const expiration = [
    ...maybeText('Days', rule.expirationDays),
    ...maybeText(
      'Date',
      rule.expirationDateMs === undefined
        ? undefined
        : new Date(rule.expirationDateMs).toISOString(),
    ),
    ...(rule.expiredObjectDeleteMarker ? [text('ExpiredObjectDeleteMarker', true)] : []),
  ]
  const action = (name: string, children: XmlElement[]) =>
    children.length === 0 ? [] : [{ name, children }]
  return {
    name: 'Rule',
    children: [
      ...maybeText('ID', rule.id),
      { name: 'Filter', children: filterXml(rule.filter) },
      text('Status', rule.enabled ? 'Enabled' : 'Disabled'),
      ...action('Expiration', expiration),
      ...action('NoncurrentVersionExpiration', maybeText('NoncurrentDays', rule.noncurrentDays)),
      ...action(
        'AbortIncompleteMultipartUpload',
        maybeText('DaysAfterInitiation', rule.abortIncompleteDays),
      ),
    ],
  }
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
