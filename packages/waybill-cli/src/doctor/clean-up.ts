/**
 * Removes what the command has stored, and only that: all versions, delete markers and multipart
 * uploads in its folder, and the objects whose keys it has noted there.
 *
 * The signer chooses the keys of objects uploaded through it. Before such an object is uploaded, its
 * key is noted as the name of an empty object in the folder, so that a later run can clean up after
 * an interrupted one.
 *
 * @module
 */

import { Buffer } from 'node:buffer'
import { CommandFailure } from '@waybill/command-line/command-failure'
import {
  abortMultipartUpload,
  callOnce,
  callS3,
  deleteObject,
  isTaken,
  type MultipartUpload,
  type ObjectVersion,
  type S3CallContext,
  shown,
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

export const DOCTOR_FOLDER = 'waybill-doctor/'
/** Part of the name of each file uploaded through the signer. 32 hex digits follow. */
export const DOCTOR_NAME = 'waybill-doctor-'

const NOTES = 'keys/'

/**
 * Notes a key that the signer has chosen, before an object is stored there.
 *
 * @param folder - The run's folder.
 * @throws {CommandFailure} If the note cannot be stored.
 */
export async function noteKey(context: S3CallContext, folder: string, key: string): Promise<void> {
  const note = `${folder}${NOTES}${Buffer.from(key).toString('base64url')}`
  const reply = await callOnce(context, { method: 'PUT', key: note })
  if (isTaken(reply)) return
  throw new CommandFailure(`the bucket refuses to store your object: ${shown(reply)}`)
}

/**
 * Removes everything that runs have stored, including all versions.
 *
 * @param folder - One run's folder, or that of all runs.
 */
export async function removeRuns(context: S3CallContext, folder: string): Promise<CleanUp> {
  const results: CleanUp[] = []
  for (const key of await keysBelow(context, folder)) {
    const noted = notedKey(key)
    if (noted !== undefined) results.push(await removeBelow(context, noted))
  }
  // The notes are removed last, so that an interrupted removal can be repeated.
  results.push(await removeBelow(context, folder))
  return {
    removed: results.reduce((sum, { removed }) => sum + removed, 0),
    kept: results.flatMap(({ kept }) => kept),
  }
}

/**
 * Reads an object key from a note. The note is ignored unless that key contains the token of the
 * note's own run, so that a forged note cannot get another object deleted.
 */
function notedKey(key: string): string | undefined {
  const [, token, note] = /waybill-doctor\/([0-9a-f]{32})\/keys\/([\w-]+)$/.exec(key) ?? []
  if (token === undefined || note === undefined) return undefined
  const noted = Buffer.from(note, 'base64url').toString()
  return noted.includes(`${DOCTOR_NAME}${token}`) ? noted : undefined
}

/** @throws {S3Error | StorageUnavailable} If the store cannot list its contents. */
export async function removeBelow(context: S3CallContext, prefix: string): Promise<CleanUp> {
  const uploads = await uploadsBelow(context, prefix)
  for (const upload of uploads) await abortMultipartUpload(context, upload)
  const objects = await objectsBelow(context, prefix)
  const kept: KeptObject[] = []
  for (const object of objects) {
    try {
      await deleteObject(context, object)
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      kept.push({ ...object, answer: `${error.status} ${error.code}` })
    }
  }
  return { removed: uploads.length + objects.length - kept.length, kept }
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
    const { document } = await callS3(context, {
      method: 'GET',
      query: { ...query, ...from },
      isResponse: ({ document: list }) => /^List\w*Result$/.test(list.name),
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
