/**
 * What arrival asks of S3: an object's head, its first bytes, its tags; and the two things it may do, tag and delete.
 * Each call names the version where there is one, so that a verdict never lands on another version's bytes.
 *
 * @module
 */

import { childOf, childrenOf, S3Error, textOf, type XmlElement, xmlDocument } from '../s3/index.ts'
import { callS3, type S3CallContext } from '../signer/s3-call.ts'
import type { ArrivedObject } from './object-created.ts'
import { sha256Base64 } from './sha256-base64.ts'

export interface ObjectHead {
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** `Content-Encoding` and `Content-Disposition`, which nobody signs. */
  readonly encoding?: string
  readonly disposition?: string
  /** Unquoted. */
  readonly etag: string
  /** The waybill it was stored with. */
  readonly waybill?: string
  /** Base64, of the whole object; absent where S3 keeps another checksum, or one of the parts' checksums. */
  readonly sha256?: string
}

type Version = Pick<ArrivedObject, 'key' | 'versionId'>

/** @returns `undefined` when there is no such object or version any more. */
export async function readHead(
  context: S3CallContext,
  object: Version,
): Promise<ObjectHead | undefined> {
  const headers = { 'x-amz-checksum-mode': 'ENABLED' }
  try {
    const { header } = await callS3(context, { method: 'HEAD', ...target(object), headers })
    const waybill = header('x-amz-meta-waybill')
    const encoding = header('content-encoding')
    const disposition = header('content-disposition')
    const whole = header('x-amz-checksum-type') !== 'COMPOSITE'
    const sha256 = whole ? header('x-amz-checksum-sha256') : undefined
    return {
      size: Number(header('content-length')),
      type: header('content-type') ?? '',
      etag: (header('etag') ?? '').replaceAll('"', ''),
      ...(waybill === undefined ? {} : { waybill }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(disposition === undefined ? {} : { disposition }),
      ...(sha256 === undefined ? {} : { sha256 }),
    }
  } catch (error) {
    // 405 is a version that is a delete marker.
    if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return undefined
    throw error
  }
}

/** @param length - Bytes from the start, at least 1. */
export async function readBytes(
  context: S3CallContext,
  object: Version,
  length: number,
): Promise<Uint8Array> {
  const headers = { range: `bytes=0-${length - 1}` }
  const { bytes } = await callS3(context, {
    method: 'GET',
    ...target(object),
    headers,
    bytes: true,
  })
  return bytes ?? new Uint8Array()
}

/** The verdict as tags. Tags of others (a malware scan's, the application's) are kept. */
export async function writeTags(
  context: S3CallContext,
  object: Version,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const call = target(object, { tagging: '' })
  const { document } = await callS3(context, { method: 'GET', ...call })
  const before = readTagSet(document)
  const after = { ...withoutOurs(before), ...tags }
  if (sameTags(before, after)) return
  const body = tagSetXml(after)
  // S3 refuses this call without a checksum of its body.
  const headers = { 'x-amz-checksum-sha256': await sha256Base64(body) }
  await callS3(context, { method: 'PUT', ...call, headers, body })
}

/** Removes this very version; without one, the object. */
export async function deleteObject(context: S3CallContext, object: Version): Promise<void> {
  await callS3(context, { method: 'DELETE', ...target(object) })
}

function target({ key, versionId }: Version, query: Readonly<Record<string, string>> = {}) {
  return { key, query: versionId === undefined ? query : { ...query, versionId } }
}

function readTagSet(document: XmlElement | undefined): Record<string, string> {
  const tagSet = document && childOf(document, 'TagSet')
  const tags: Record<string, string> = {}
  for (const tag of tagSet ? childrenOf(tagSet, 'Tag') : []) {
    tags[textOf(tag, 'Key') ?? ''] = textOf(tag, 'Value') ?? ''
  }
  return tags
}

function withoutOurs(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('waybill')))
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
  const attributes = { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' }
  return xmlDocument({ name: 'Tagging', attributes, children: [{ name: 'TagSet', children }] })
}
