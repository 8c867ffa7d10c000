/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRuleFilter.html
 * @see https://github.com/justincormack/argmin – `lifecycle.rs`, run against AWS
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import type { LifecycleFilter } from '../storage/records.ts'

/** S3's limit in bytes. */
const MAX_SIZE = 1_099_511_627_776_000
const MAX_PREFIX = 1024

/** @throws {S3Error} `MalformedXML`, `InvalidRequest` */
export function parseFilter(filter: XmlElement): LifecycleFilter {
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
export function parsePrefix(holder: XmlElement): Pick<LifecycleFilter, 'prefix'> {
  const prefix = textOf(holder, 'Prefix')
  if (prefix === undefined) return {}
  if (Buffer.byteLength(prefix) <= MAX_PREFIX) return { prefix }
  throw new S3Error('InvalidRequest', `The maximum size of a prefix is ${MAX_PREFIX}`)
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
