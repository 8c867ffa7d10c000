/**
 * Removes everything that probes have stored: all versions, delete markers and multipart uploads
 * under a prefix.
 *
 * @module
 */

import type { ObjectVersion, S3CallContext } from 'waybill/internal/storage'
import {
  abortMultipartUpload,
  callS3,
  deleteObject,
  type MultipartUpload,
  type S3Answer,
} from 'waybill/internal/storage'
import { S3Error } from 'waybill-s3'
import { childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'

export interface CleanUp {
  readonly removed: number
  readonly kept: readonly KeptObject[]
}

/** A version that the store refuses to remove, for example because of an object lock. */
export interface KeptObject extends ObjectVersion {
  readonly answer: string
}

/** @throws {S3Error | StorageUnavailable} If the store cannot list its contents. */
export async function removeBelow(context: S3CallContext, prefix: string): Promise<CleanUp> {
  const uploads = await uploadsBelow(context, prefix)
  for (const upload of uploads) await abortMultipartUpload(context, upload)
  return removeAll(context, await objectsBelow(context, prefix), uploads.length)
}

async function removeAll(
  context: S3CallContext,
  objects: readonly ObjectVersion[],
  aborted: number,
): Promise<CleanUp> {
  const kept: KeptObject[] = []
  for (const object of objects) {
    try {
      await deleteObject(context, object)
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      kept.push({ ...object, answer: `${error.status} ${error.code}` })
    }
  }
  return { removed: aborted + objects.length - kept.length, kept }
}

/** Returns each key once, even if it has several versions. */
export async function keysBelow(context: S3CallContext, prefix: string): Promise<string[]> {
  const objects = await objectsBelow(context, prefix)
  return [...new Set(objects.map(({ key }) => key))]
}

async function objectsBelow(context: S3CallContext, prefix: string): Promise<ObjectVersion[]> {
  try {
    const pages = await listPages(context, { versions: '', prefix }, VERSION_MARKERS)
    const objects = pages.flatMap(({ children = [] }) => children.flatMap(readVersion))
    return objects.filter(isBelow(prefix))
  } catch (error) {
    // Some stores have no versioning and cannot list versions.
    if (!(error instanceof S3Error && [400, 404, 405, 501].includes(error.status))) throw error
    const pages = await listPages(context, { 'list-type': '2', prefix }, OBJECT_MARKERS)
    const keys = pages.flatMap((page) => childrenOf(page, 'Contents'))
    return keys.map((object) => ({ key: textOf(object, 'Key') ?? '' })).filter(isBelow(prefix))
  }
}

function readVersion(element: XmlElement): ObjectVersion[] {
  if (element.name !== 'Version' && element.name !== 'DeleteMarker') return []
  const versionId = textOf(element, 'VersionId')
  return [{ key: textOf(element, 'Key') ?? '', ...(versionId ? { versionId } : {}) }]
}

async function uploadsBelow(context: S3CallContext, prefix: string): Promise<MultipartUpload[]> {
  const pages = await listPages(context, { uploads: '', prefix }, UPLOAD_MARKERS)
  return pages
    .flatMap((page) => childrenOf(page, 'Upload'))
    .map((upload) => ({
      key: textOf(upload, 'Key') ?? '',
      uploadId: textOf(upload, 'UploadId') ?? '',
    }))
    .filter(isBelow(prefix))
}

/**
 * Checks each key's prefix again before it is deleted, because some stores ignore the prefix in
 * some listings.
 */
function isBelow(prefix: string) {
  return ({ key }: { readonly key: string }) => key.startsWith(prefix)
}

type Markers = readonly (readonly [parameter: string, element: string])[]

const VERSION_MARKERS: Markers = [
  ['key-marker', 'NextKeyMarker'],
  ['version-id-marker', 'NextVersionIdMarker'],
]
const UPLOAD_MARKERS: Markers = [
  ['key-marker', 'NextKeyMarker'],
  ['upload-id-marker', 'NextUploadIdMarker'],
]
const OBJECT_MARKERS: Markers = [['continuation-token', 'NextContinuationToken']]

async function listPages(
  context: S3CallContext,
  query: Readonly<Record<string, string>>,
  markers: Markers,
): Promise<XmlElement[]> {
  const pages: XmlElement[] = []
  let from: Readonly<Record<string, string>> | undefined = {}
  while (from) {
    const { document }: S3Answer = await callS3(context, {
      method: 'GET',
      query: { ...query, ...from },
      isAnswer: ({ document: list }) => /^List\w*Result$/.test(list.name),
    })
    pages.push(document)
    from = nextPage(document, markers)
  }
  return pages
}

function nextPage(document: XmlElement, markers: Markers): Record<string, string> | undefined {
  if (textOf(document, 'IsTruncated') !== 'true') return undefined
  const found = markers.flatMap(([parameter, element]) => {
    const value = textOf(document, element)
    return value === undefined ? [] : [[parameter, value] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}
