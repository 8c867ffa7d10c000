/**
 * Sets an object's tags.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 * @module
 */

import { childOf, childrenOf, S3_XMLNS, textOf, type XmlElement, xmlDocument } from '../s3/xml.ts'
import { callS3 } from './call-s3.ts'
import { type ObjectVersion, targetOf } from './object-version.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { sha256Base64 } from './sha256-base64.ts'

/**
 * Sets tags of an object. Those that begin with `prefix` are replaced as a whole; tags of others (a
 * malware scan's, the application's) are kept.
 *
 * @param tags - Each name begins with `prefix`.
 */
export async function putTags(
  context: S3CallContext,
  object: ObjectVersion,
  prefix: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const call = targetOf(object, { tagging: '' })
  const { document } = await callS3(context, { method: 'GET', ...call })
  const before = readTagSet(document)
  const after = { ...without(before, prefix), ...tags }
  if (sameTags(before, after)) return
  const body = tagSetXml(after)
  // S3 refuses this call without a checksum of its body.
  const headers = { 'x-amz-checksum-sha256': await sha256Base64(body) }
  await callS3(context, { method: 'PUT', ...call, headers, body })
}

function readTagSet(document: XmlElement | undefined): Record<string, string> {
  const tagSet = document && childOf(document, 'TagSet')
  const tags: Record<string, string> = {}
  for (const tag of tagSet ? childrenOf(tagSet, 'Tag') : []) {
    tags[textOf(tag, 'Key') ?? ''] = textOf(tag, 'Value') ?? ''
  }
  return tags
}

function without(tags: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith(prefix)))
}

function sameTags(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

function tagSetXml(tags: Readonly<Record<string, string>>): string {
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
