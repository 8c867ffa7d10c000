/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRuleFilter.html
 * @see https://github.com/justincormack/argmin – `lifecycle.rs`, run against AWS
 * @module
 */

import { S3Error } from 'waybill-s3'
import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { configurationId } from '../buckets/opaque-id.ts'
import type { LifecycleFilter, LifecycleRule } from '../buckets/records.ts'
import { notImplemented } from '../message/refusal.ts'

const MAX_RULES = 1000
const MAX_ID = 255
/** S3's limit in bytes. */
const MAX_SIZE = 1_099_511_627_776_000

/** @throws {S3Error} `MalformedXML`, `InvalidRequest`, `InvalidArgument`, `NotImplemented` */
export function parseRules(root: XmlElement): LifecycleRule[] {
  const elements = childrenOf(root, 'Rule')
  if (elements.length < 1 || elements.length > MAX_RULES) throw new S3Error('MalformedXML')
  refuseBothForms(elements)
  const rules = elements.map(parseRule)
  if (new Set(rules.map(({ id }) => id)).size < rules.length) {
    throw new S3Error(
      'InvalidArgument',
      'Rule ID must be unique. Found same ID for more than one rule',
    )
  }
  return rules
}

/**
 * A configuration cannot mix both forms. In the older form, the prefix is next to the actions,
 * without a `Filter`. Which error S3 returns depends on the first rule's form.
 */
function refuseBothForms(elements: readonly XmlElement[]): void {
  const hasFilter = (element: XmlElement) => childOf(element, 'Filter') !== undefined
  const hasPrefix = (element: XmlElement) => childOf(element, 'Prefix') !== undefined
  if (!elements.every((element) => hasFilter(element) || hasPrefix(element))) {
    throw new S3Error('MalformedXML')
  }
  if (!elements.some(hasFilter) || !elements.some(hasPrefix)) return
  throw new S3Error(
    'InvalidRequest',
    elements[0] && hasFilter(elements[0])
      ? 'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.'
      : 'Filter element can only be used in Lifecycle V2.',
  )
}

function parseRule(element: XmlElement): LifecycleRule {
  for (const name of ['Transition', 'NoncurrentVersionTransition']) {
    if (childOf(element, name)) throw notImplemented(`the lifecycle action ${name}`)
  }
  const status = textOf(element, 'Status')
  if (status !== 'Enabled' && status !== 'Disabled') throw new S3Error('MalformedXML')
  const id = textOf(element, 'ID') || configurationId()
  if (id.length > MAX_ID) {
    throw new S3Error('InvalidArgument', `ID length should not exceed allowed limit of ${MAX_ID}`)
  }
  const filter = childOf(element, 'Filter')
  const scope = filter ? parseFilter(filter) : parsePrefix(element)
  const actions = {
    ...parseExpiration(element, scope),
    ...parseNoncurrent(element),
    ...parseAbort(element, scope),
  }
  if (Object.keys(actions).length === 0) {
    throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule')
  }
  const form = filter ? {} : { older: true }
  return { id, enabled: status === 'Enabled', filter: scope, ...form, ...actions }
}

function parseExpiration(
  element: XmlElement,
  scope: LifecycleFilter,
): Pick<LifecycleRule, 'expirationDays' | 'expirationDateMs' | 'expiredObjectDeleteMarker'> {
  const expiration = childOf(element, 'Expiration')
  if (!expiration) return {}
  const [date, marker] = [
    textOf(expiration, 'Date'),
    textOf(expiration, 'ExpiredObjectDeleteMarker'),
  ]
  const days = daysOf(expiration, 'Days', 'Expiration')
  if ([days, date, marker].filter((each) => each !== undefined).length !== 1) {
    throw new S3Error('MalformedXML')
  }
  if (days !== undefined) return { expirationDays: days }
  if (date !== undefined) return { expirationDateMs: midnight(date) }
  if (marker !== 'true' && marker !== 'false') throw new S3Error('MalformedXML')
  refuseNarrow('ExpiredObjectDeleteMarker', scope)
  return { expiredObjectDeleteMarker: marker === 'true' }
}

function midnight(date: string): number {
  const ms = Date.parse(date)
  if (!/^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?$/.test(date) || Number.isNaN(ms)) {
    throw new S3Error('MalformedXML')
  }
  if (ms % 86_400_000 === 0) return ms
  throw new S3Error('InvalidArgument', "'Date' must be at midnight GMT", {
    ArgumentName: 'Date',
    ArgumentValue: date,
  })
}

function parseNoncurrent(element: XmlElement): Pick<LifecycleRule, 'noncurrentDays'> {
  const action = childOf(element, 'NoncurrentVersionExpiration')
  if (!action) return {}
  const noncurrentDays = daysOf(action, 'NoncurrentDays', 'NoncurrentVersionExpiration')
  if (noncurrentDays === undefined) throw new S3Error('MalformedXML')
  if (childOf(action, 'NewerNoncurrentVersions')) throw notImplemented('NewerNoncurrentVersions')
  return { noncurrentDays }
}

function parseAbort(
  element: XmlElement,
  scope: LifecycleFilter,
): Pick<LifecycleRule, 'abortIncompleteDays'> {
  const action = childOf(element, 'AbortIncompleteMultipartUpload')
  if (!action) return {}
  const days = daysOf(action, 'DaysAfterInitiation', 'AbortIncompleteMultipartUpload')
  if (days === undefined) throw new S3Error('MalformedXML')
  refuseNarrow('AbortIncompleteMultipartUpload', scope)
  return { abortIncompleteDays: days }
}

/** Rejects filters by tag or size, because delete markers and uploads have neither. */
function refuseNarrow(action: string, { tags, sizeGreaterThan, sizeLessThan }: LifecycleFilter) {
  if (tags) throw new S3Error('InvalidRequest', `${action} cannot be specified with Tags.`)
  if (sizeGreaterThan === undefined && sizeLessThan === undefined) return
  throw new S3Error('InvalidRequest', `${action} cannot be specified with Object Size.`)
}

function daysOf(element: XmlElement, name: string, action: string): number | undefined {
  const days = textOf(element, name)
  if (days === undefined) return undefined
  if (!/^[+-]?\d{1,10}$/.test(days)) throw new S3Error('MalformedXML')
  if (Number(days) > 0 && Number(days) < 2 ** 31) return Number(days)
  throw new S3Error(
    'InvalidArgument',
    `'${name}' for ${action} action must be a positive integer`,
    { ArgumentName: name, ArgumentValue: days },
  )
}

/** @throws {S3Error} `MalformedXML`, `InvalidRequest` */
function parseFilter(filter: XmlElement): LifecycleFilter {
  const and = childOf(filter, 'And')
  // A filter has at most one child. Multiple conditions must be inside `And`.
  if (filter.children && filter.children.length > 1) throw new S3Error('MalformedXML')
  if (and && (and.children?.length ?? 0) < 2) throw new S3Error('MalformedXML')
  const holder = and ?? filter
  const tags = parseTags(childrenOf(holder, 'Tag'))
  const sizes = parseSizes(holder)
  return {
    ...parsePrefix(holder),
    ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
    ...sizes,
  }
}

/**
 * @param holder - The filter element, or the rule itself if it has the older form.
 * @throws {S3Error} `InvalidRequest`
 */
function parsePrefix(holder: XmlElement): Pick<LifecycleFilter, 'prefix'> {
  const prefix = textOf(holder, 'Prefix')
  if (prefix === undefined) return {}
  if (Buffer.byteLength(prefix) <= LIMITS.maxKeySize) return { prefix }
  throw new S3Error('InvalidRequest', `The maximum size of a prefix is ${LIMITS.maxKeySize}`)
}

function parseSizes(holder: XmlElement): Pick<LifecycleFilter, 'sizeGreaterThan' | 'sizeLessThan'> {
  const sizeGreaterThan = sizeOf(holder, 'ObjectSizeGreaterThan', 0)
  const sizeLessThan = sizeOf(holder, 'ObjectSizeLessThan', 1)
  if (sizeLessThan !== undefined && sizeLessThan <= (sizeGreaterThan ?? 0)) {
    throw new S3Error(
      'InvalidRequest',
      "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
    )
  }
  return {
    ...(sizeGreaterThan === undefined ? {} : { sizeGreaterThan }),
    ...(sizeLessThan === undefined ? {} : { sizeLessThan }),
  }
}

function parseTags(elements: readonly XmlElement[]): (readonly [string, string])[] {
  const tags = elements.map(
    (tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const,
  )
  for (const [key, value] of tags) {
    if (key.length < 1 || key.length > 128) {
      throw new S3Error('InvalidRequest', "A Tag's Key must be a length between 1 and 128.")
    }
    if (value.length > 256) {
      throw new S3Error('InvalidRequest', "A Tag's Value must be a length between 0 and 256.")
    }
  }
  if (new Set(tags.map(([key]) => key)).size < tags.length) {
    throw new S3Error('InvalidRequest', 'Duplicate Tag Keys are not allowed.')
  }
  return tags
}

function sizeOf(holder: XmlElement, name: string, least: number): number | undefined {
  const size = textOf(holder, name)
  if (size === undefined) return undefined
  if (!/^-?\d{1,19}$/.test(size)) throw new S3Error('MalformedXML')
  if (Number(size) >= least && Number(size) <= MAX_SIZE) return Number(size)
  throw new S3Error('InvalidRequest', `'${name}' should be between ${least} and ${MAX_SIZE}.`)
}
