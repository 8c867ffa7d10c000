/**
 * Tags of objects and buckets.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { text } from '../message/response.ts'

export type Tags = Readonly<Record<string, string>>

/**
 * @param header - `a=1&b=2`, URL-encoded.
 * @throws {S3Error} `InvalidArgument`, `InvalidTag`, `BadRequest`
 */
export function parseTagHeader(header: string | undefined): Tags {
  if (!header) return {}
  const pairs = [...new URLSearchParams(header)]
  const names = new Set(pairs.map(([key]) => key))
  if (names.has('') || names.size < pairs.length || !isEncoded(header)) {
    throw new S3Error(
      'InvalidArgument',
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: 'x-amz-tagging', ArgumentValue: header },
    )
  }
  return checkTags(pairs, OBJECT_TAGS)
}

/**
 * Each pair can contain one `=`. Bytes that are not UTF-8 pass this check, but lead to an invalid
 * tag.
 */
function isEncoded(header: string): boolean {
  const isPair = (text: string) => text.split('=').length <= 2
  return header.split('&').every(isPair) && /^(?:[^%]|%[\da-f]{2})*$/i.test(header)
}

/** @throws {S3Error} `MalformedXML`, `InvalidTag`, `BadRequest` */
export function parseTagging(root: XmlElement, rules: TagRules = OBJECT_TAGS): Tags {
  if (root.name !== 'Tagging') throw new S3Error('MalformedXML')
  const set = childOf(root, 'TagSet')
  return set ? parseTags(set, rules) : {}
}

/** @param set - The parent of the `Tag` elements. */
export function parseTags(set: XmlElement, rules: TagRules): Tags {
  return checkTags(
    childrenOf(set, 'Tag').map((tag) => {
      const key = textOf(tag, 'Key')
      const value = textOf(tag, 'Value')
      if (key === undefined || value === undefined) throw new S3Error('MalformedXML')
      return [key, value] as const
    }),
    rules,
  )
}

export function taggingXml(tags: Tags): XmlElement[] {
  const set = Object.entries(tags).map(([key, value]) => ({
    name: 'Tag',
    children: [text('Key', key), text('Value', value)],
  }))
  return [{ name: 'TagSet', children: set }]
}

export interface TagRules {
  readonly max: number
  readonly tooMany: string
  /** S3's message for a key that begins with `aws:`. */
  readonly reserved: string
}

const OBJECT_TAGS: TagRules = {
  max: MORE_LIMITS.maxObjectTags,
  tooMany: `Object tags cannot be greater than ${MORE_LIMITS.maxObjectTags}`,
  reserved: 'Your TagKey cannot be prefixed with aws:',
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html */
export const BUCKET_TAGS: TagRules = {
  max: 50,
  tooMany: 'Bucket tag count cannot be greater than 50',
  reserved: 'System tags cannot be added/updated by requester',
}

/** CreateBucket has another wording. */
export const NEW_BUCKET_TAGS: TagRules = {
  ...BUCKET_TAGS,
  reserved:
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
}

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

function checkTags(pairs: readonly (readonly [string, string])[], rules: TagRules): Tags {
  if (pairs.length > rules.max) throw new S3Error('BadRequest', rules.tooMany, {}, 400)
  const tags = new Map<string, string>()
  for (const [key, value] of pairs) {
    if (key.length < 1 || key.length > 128 || !ALLOWED.test(key)) {
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid', { TagKey: key })
    }
    if (key.startsWith('aws:')) {
      const detail = rules === NEW_BUCKET_TAGS ? {} : { TagKey: key }
      throw new S3Error('InvalidTag', rules.reserved, detail)
    }
    if (value.length > 256 || !ALLOWED.test(value)) {
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid', {
        TagKey: key,
        TagValue: value,
      })
    }
    if (tags.has(key)) {
      throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key', {
        TagKey: key,
      })
    }
    tags.set(key, value)
  }
  return Object.fromEntries(tags)
}
