/**
 * Calls to S3 on objects.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { sha256Base64 } from 'waybill-s3/internal/digest'
import {
  childOf,
  childrenOf,
  S3_XMLNS,
  textOf,
  type XmlElement,
  xmlDocument,
} from 'waybill-s3/internal/xml'
import { callS3, hasRoot, isDeletion, isEmpty, type S3Call, type S3Response } from './call-s3.ts'
import type { S3CallContext } from './s3-call-context.ts'
import { WAYBILL_FIELD } from './waybill-field.ts'

export interface ObjectVersion {
  readonly key: string
  /**
   * Requires a bucket with versioning.
   * @default - the newest version
   */
  readonly versionId?: string
}

function targetOf(
  { key, versionId }: ObjectVersion,
  query: Readonly<Record<string, string>> = {},
): Pick<S3Call, 'key' | 'query'> {
  return { key, query: versionId === undefined ? query : { ...query, versionId } }
}

export interface StoredObject {
  /** In bytes. */
  readonly size: number
  readonly type: string
  /** With quotes, as S3 writes it. */
  readonly etag: string
  /** Present if the bucket has versioning. */
  readonly versionId?: string
  readonly waybill?: string
  /** `Content-Encoding`, which the signer never signs. */
  readonly encoding?: string
  /** `Content-Disposition`, which the signer never signs. */
  readonly disposition?: string
  /** The whole object's SHA-256 in base64. */
  readonly sha256?: string
  /** The whole object's CRC64NVME in base64. */
  readonly crc64nvme?: string
  /** As S3 writes it, with a resolution of one second. */
  readonly lastModified?: string
}

export async function headObject(
  context: S3CallContext,
  object: ObjectVersion,
): Promise<StoredObject | undefined> {
  try {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    const call = { method: 'HEAD', ...targetOf(object), headers, isResponse: isHead } as const
    return readHead((await callS3(context, call)).header)
  } catch (error) {
    // 405 means that the version is a delete marker.
    if (error instanceof S3Error && (error.status === 404 || error.status === 405)) return undefined
    throw error
  }
}

/** Other servers' pages may have an ETag, too. */
function isHead({ header, isMarked }: S3Response): boolean {
  return isMarked && !!header('etag') && /^\d+$/.test(header('content-length') ?? '')
}

function readHead(header: S3Response['header']): StoredObject {
  // A composite checksum combines the parts' checksums, so it cannot be compared with the file's.
  const whole = header('x-amz-checksum-type') !== 'COMPOSITE'
  const versionId = header('x-amz-version-id')
  const waybill = header(WAYBILL_FIELD)
  const encoding = header('content-encoding')
  const disposition = header('content-disposition')
  const sha256 = whole ? header('x-amz-checksum-sha256') : undefined
  const crc64nvme = whole ? header('x-amz-checksum-crc64nvme') : undefined
  const lastModified = header('last-modified')
  return {
    size: Number(header('content-length')),
    type: header('content-type') ?? '',
    etag: header('etag') ?? '',
    // S3 writes `null` for objects that were stored before versioning was enabled.
    ...(versionId === undefined || versionId === 'null' ? {} : { versionId }),
    ...(waybill === undefined ? {} : { waybill }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(crc64nvme === undefined ? {} : { crc64nvme }),
    ...(lastModified === undefined ? {} : { lastModified }),
  }
}

/**
 * Returns whether a retention period or a legal hold protects a version. S3 returns this
 * information only to callers with `s3:GetObjectRetention` and `s3:GetObjectLegalHold`.
 */
export async function isHeld(context: S3CallContext, version: ObjectVersion): Promise<boolean> {
  const call = { method: 'HEAD', ...targetOf(version), isResponse: isHead } as const
  const { header } = await callS3(context, call)
  if (header('x-amz-object-lock-legal-hold') === 'ON') return true
  const until = Date.parse(header('x-amz-object-lock-retain-until-date') ?? '')
  return until > context.now().getTime()
}

export interface ByteRange {
  /** Zero-based. */
  readonly from: number
  /** At least 1. */
  readonly length: number
}

type Expected = Pick<StoredObject, 'etag' | 'size'>

/**
 * @param length - Number of bytes, at least 1. The object must have as many.
 * @param head - If the object's ETag differs, S3 rejects the request with `PreconditionFailed`.
 */
export async function readFirstBytes(
  context: S3CallContext,
  object: ObjectVersion,
  length: number,
  head: Expected,
): Promise<Uint8Array> {
  return readRange(context, object, { from: 0, length }, head)
}

/**
 * @param range - Must not reach beyond the object's end.
 * @param head - As for `readFirstBytes`.
 */
export async function readRange(
  context: S3CallContext,
  object: ObjectVersion,
  { from, length }: ByteRange,
  { etag, size }: Expected,
): Promise<Uint8Array> {
  const { bytes = new Uint8Array() } = await callS3(context, {
    method: 'GET',
    ...targetOf(object),
    headers: { range: `bytes=${from}-${from + length - 1}`, 'if-match': etag },
    bytes: true,
    isResponse: ({ header, bytes: read }) => {
      // A proxy may have changed the HEAD's Content-Length, on which verdicts depend.
      const total = /\/(\d+)$/.exec(header('content-range') ?? '')?.[1] ?? size
      // A proxy that compresses weakens the ETag.
      const theirs = header('etag')?.replace(/^W\//, '')
      return (
        theirs === etag && Number(total) === size && (read?.length ?? 0) >= Math.min(length, size)
      )
    },
  })
  return bytes
}

/**
 * Deletes an object, or one version of it.
 *
 * @param etag - With quotes, as S3 writes it. If the object's ETag differs, S3 rejects the request
 *   with `PreconditionFailed`.
 * @returns Whether S3 only added a delete marker and kept the object's versions.
 */
export async function deleteObject(
  context: S3CallContext,
  object: ObjectVersion,
  etag?: string,
): Promise<boolean> {
  const headers = etag === undefined ? {} : { 'if-match': etag }
  const { header } = await callS3(context, {
    method: 'DELETE',
    ...targetOf(object),
    headers,
    isResponse: isDeletion,
  })
  return object.versionId === undefined && header('x-amz-delete-marker') === 'true'
}

export interface ListedObject {
  readonly key: string
  /** In bytes. */
  readonly size: number
  /** In ISO 8601. */
  readonly lastModified: string
  /** Without quotes. */
  readonly etag: string
}

export async function listObjects(context: S3CallContext): Promise<ListedObject[]> {
  const all: ListedObject[] = []
  for await (const page of listPages(context, '')) all.push(...page)
  return all
}

/** Yields up to a thousand objects at a time, in key order. */
export async function* listPages(
  context: S3CallContext,
  prefix: string,
): AsyncGenerator<readonly ListedObject[]> {
  let token: string | undefined
  do {
    const query = {
      'list-type': '2',
      ...(prefix === '' ? {} : { prefix }),
      ...(token ? { 'continuation-token': token } : {}),
    }
    const isResponse = hasRoot('ListBucketResult')
    const { document } = await callS3(context, { method: 'GET', query, isResponse })
    yield childrenOf(document, 'Contents').map(readContents)
    token = textOf(document, 'NextContinuationToken')
  } while (token)
}

function readContents(contents: XmlElement): ListedObject {
  return {
    key: textOf(contents, 'Key') ?? '',
    size: Number(textOf(contents, 'Size')),
    lastModified: textOf(contents, 'LastModified') ?? '',
    etag: (textOf(contents, 'ETag') ?? '').replaceAll('"', ''),
  }
}

export interface ListedVersion {
  readonly key: string
  readonly versionId: string
  readonly isDeleteMarker: boolean
}

/**
 * Lists an object's versions and delete markers, newest first. In a bucket without versioning, an
 * object has one version, with the id `null`.
 */
export async function listVersions(context: S3CallContext, key: string): Promise<ListedVersion[]> {
  const all: ListedVersion[] = []
  let from: Record<string, string> | undefined = {}
  while (from) {
    // S3 cannot list a single key. Longer keys with the same prefix follow it in the list.
    const query = { versions: '', prefix: key, ...from }
    const isResponse = hasRoot('ListVersionsResult')
    const { document } = await callS3(context, { method: 'GET', query, isResponse })
    const listed = (document.children ?? []).flatMap(readVersion)
    const own = listed.filter((version) => version.key === key)
    all.push(...own)
    from = own.length === listed.length ? nextPage(document) : undefined
  }
  return all
}

function readVersion(element: XmlElement): ListedVersion[] {
  const isDeleteMarker = element.name === 'DeleteMarker'
  if (!isDeleteMarker && element.name !== 'Version') return []
  const key = textOf(element, 'Key') ?? ''
  return [{ key, versionId: textOf(element, 'VersionId') ?? 'null', isDeleteMarker }]
}

function nextPage(document: XmlElement): Record<string, string> | undefined {
  if (textOf(document, 'IsTruncated') !== 'true') return undefined
  const keyMarker = textOf(document, 'NextKeyMarker')
  const versionMarker = textOf(document, 'NextVersionIdMarker')
  if (keyMarker === undefined || versionMarker === undefined) return undefined
  return { 'key-marker': keyMarker, 'version-id-marker': versionMarker }
}

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
  isRight: (tags: Tags, response: S3Response) => boolean | Promise<boolean> = () => true,
): Promise<Tags> {
  const { document } = await callS3(context, {
    method: 'GET',
    ...targetOf(object, { tagging: '' }),
    isResponse: (response) =>
      isTagging(response) &&
      childOf(response.document, 'TagSet') !== undefined &&
      isRight(readTagSet(response.document), response),
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
    isResponse: async (response) =>
      (response.isMarked && isEmpty(response)) ||
      sameTags(await readTagsIf(context, object), after),
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

/** Whether S3 said that the object was replaced or deleted. Another server's page has no code. */
export function meansReplaced(error: unknown): error is S3Error {
  return error instanceof S3Error && error.code !== '' && [404, 412].includes(error.status)
}
