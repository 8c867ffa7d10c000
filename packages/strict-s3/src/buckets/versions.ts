/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { BucketRecord, ObjectRecord } from '../storage/records.ts'
import { randomVersionId } from './opaque-id.ts'

/** The id is the string `null` unless versioning is enabled. */
export function newVersionId({ versioning }: BucketRecord): string {
  return versioning === 'Enabled' ? randomVersionId() : 'null'
}

export function isVersionId(text: string): boolean {
  return /^(?:null|[\w-]{32})$/.test(text)
}

export function checkVersionId(versionId: string): void {
  if (isVersionId(versionId)) return
  throw new S3Error('InvalidArgument', 'Invalid version id specified', {
    ArgumentName: 'versionId',
    ArgumentValue: versionId,
  })
}

/**
 * @param versions - Newest first.
 * @throws {S3Error} `NoSuchKey` or `NoSuchVersion`, or `MethodNotAllowed` if the requested version
 *   is a delete marker.
 */
export function findVersion(
  versions: readonly ObjectRecord[],
  key: string,
  versionId: string | undefined,
): ObjectRecord {
  if (versionId === undefined) {
    const [newest] = versions
    if (newest && !newest.deleteMarker) return newest
    throw new S3Error('NoSuchKey', undefined, { Key: key, ...markerDetail(newest) })
  }
  checkVersionId(versionId)
  const found = versions.find((each) => each.versionId === versionId)
  if (!found) throw new S3Error('NoSuchVersion', undefined, { Key: key, VersionId: versionId })
  if (!found.deleteMarker) return found
  throw markerRefusal(found)
}

/**
 * In requests about tags and locks, a delete marker always causes `MethodNotAllowed`, even if the request
 * names no version.
 *
 * @see https://github.com/justincormack/argmin – `tagging.rs`, run against AWS
 */
export function findAmendable(
  versions: readonly ObjectRecord[],
  key: string,
  versionId: string | undefined,
): ObjectRecord {
  const [newest] = versions
  if (versionId === undefined && newest?.deleteMarker) throw markerRefusal(newest)
  return findVersion(versions, key, versionId)
}

function markerRefusal(marker: ObjectRecord): S3Error {
  return new S3Error('MethodNotAllowed', undefined, {
    Method: 'GET',
    ResourceType: 'DeleteMarker',
    ...markerDetail(marker),
  })
}

/** `errorResponse` also sends these details as headers. */
function markerDetail(marker: ObjectRecord | undefined): Record<string, string> {
  return marker?.deleteMarker ? { DeleteMarker: 'true', VersionId: marker.versionId } : {}
}
