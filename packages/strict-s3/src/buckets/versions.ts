/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { isIssuedVersionId, newVersionId } from './opaque-id.ts'
import type { BucketRecord, ObjectRecord } from './records.ts'

/** The id is the string `null` unless versioning is enabled. */
export function nextVersionId({ versioning }: BucketRecord, sequence: number): string {
  return versioning === 'Enabled' ? newVersionId(sequence) : 'null'
}

export function isVersionId(text: string): boolean {
  return text === 'null' || isIssuedVersionId(text)
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
  throw markerRefusal(found, 'GET')
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
  method: string,
): ObjectRecord {
  const version =
    versionId === undefined ? versions[0] : versions.find((each) => each.versionId === versionId)
  if (version?.deleteMarker) throw markerRefusal(version, method)
  return findVersion(versions, key, versionId)
}

function markerRefusal(marker: ObjectRecord, method: string): S3Error {
  return new S3Error('MethodNotAllowed', undefined, {
    Method: method,
    ResourceType: 'DeleteMarker',
    ...markerDetail(marker),
  })
}

/** Sent as headers. */
function markerDetail(marker: ObjectRecord | undefined): Record<string, string> {
  if (!marker?.deleteMarker) return {}
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId }
}
