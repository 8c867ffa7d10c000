/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 * @module
 */

import { sha256Base64 } from 'waybill-s3/internal/digest'
import {
  childOf,
  childrenOf,
  S3_XMLNS,
  textOf,
  type XmlElement,
  xmlDocument,
} from 'waybill-s3/internal/xml'
import { callS3, hasRoot, isEmpty, type S3Response } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'

export type Tags = Readonly<Record<string, string>>

const isTagging = hasRoot('Tagging')

/**
 * Unless the answer repeats the version's id, nothing in it proves that the tags are this object's.
 * They must then be the same in two answers, because verdicts and other tags depend on them.
 */
export async function readTags(context: S3CallContext, object: ObjectVersion): Promise<Tags> {
  const { versionId = 'null' } = object
  return readTagsIf(context, object, async (tags, { header }) => {
    if (versionId !== 'null' && header('x-amz-version-id') === versionId) return true
    return sameTags(tags, await readTagsIf(context, object))
  })
}

async function readTagsIf(
  context: S3CallContext,
  object: ObjectVersion,
  isRight: (tags: Tags, answer: S3Response) => boolean | Promise<boolean> = () => true,
): Promise<Tags> {
  const { document } = await callS3(context, {
    method: 'GET',
    ...targetOf(object, { tagging: '' }),
    isResponse: (answer) =>
      isTagging(answer) &&
      childOf(answer.document, 'TagSet') !== undefined &&
      isRight(readTagSet(answer.document), answer),
  })
  return readTagSet(document)
}

/**
 * Replaces the tags that `isReplaced` selects and keeps all others, such as those from a malware
 * scan or from the application.
 *
 * @param before - All current tags, from `readTags`. S3 can only replace all tags at once.
 * @returns Whether the tags have changed.
 */
export async function putTags(
  context: S3CallContext,
  object: ObjectVersion,
  before: Tags,
  isReplaced: (name: string) => boolean,
  tags: Tags,
): Promise<boolean> {
  const after = { ...without(before, isReplaced), ...tags }
  if (sameTags(before, after)) return false
  const body = tagSetXml(after)
  // S3 requires a checksum of the body for this call.
  const headers = { 'x-amz-checksum-sha256': await sha256Base64(body) }
  await callS3(context, {
    method: 'PUT',
    ...targetOf(object, { tagging: '' }),
    headers,
    body,
    isResponse: async (answer) =>
      (answer.isMarked && isEmpty(answer)) || sameTags(await readTagsIf(context, object), after),
  })
  return true
}

function readTagSet(document: XmlElement): Tags {
  const tagSet = childOf(document, 'TagSet')
  const tags: Record<string, string> = {}
  for (const tag of tagSet ? childrenOf(tagSet, 'Tag') : []) {
    tags[textOf(tag, 'Key') ?? ''] = textOf(tag, 'Value') ?? ''
  }
  return tags
}

export function without(tags: Tags, isReplaced: (name: string) => boolean): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !isReplaced(name)))
}

export function sameTags(a: Tags, b: Tags): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

function tagSetXml(tags: Tags): string {
  const children = Object.entries(tags).map(([key, value]) => ({
    name: 'Tag',
    children: [
      { name: 'Key', text: key },
      { name: 'Value', text: value },
    ],
  }))
  const attributes = { xmlns: S3_XMLNS }
  return xmlDocument({ name: 'Tagging', attributes, children: [{ name: 'TagSet', children }] })
}
