/**
 * Versions of an object: their ids, and which one a request means.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import { queryOf, type S3Request } from '../http/request.ts'
import { newVersionName } from './opaque-id.ts'
import type { BucketRecord, ObjectRecord } from './records.ts'

/** @returns `null`, the word, unless the bucket has versioning switched on. */
export function newVersionId({ versioning }: BucketRecord): string {
  return versioning === 'Enabled' ? newVersionName() : 'null'
}

export function isVersionId(text: string): boolean {
  return /^(?:null|[\w-]{32})$/.test(text)
}

/**
 * What makes a version cannot say which.
 *
 * @throws {S3Error} `InvalidArgument`
 * @see https://github.com/scality/cloudserver/pull/712
 */
export function refuseVersionId(request: S3Request): void {
  const versionId = queryOf(request, 'versionId')
  if (versionId === undefined) return
  throw new S3Error('InvalidArgument', 'This operation does not accept a version-id.', {
    ArgumentName: 'versionId',
    ArgumentValue: versionId,
  })
}

/** @throws {S3Error} `InvalidArgument` for what cannot be a version id. */
export function checkVersionId(versionId: string): void {
  if (isVersionId(versionId)) return
  throw new S3Error('InvalidArgument', 'Invalid version id specified', {
    ArgumentName: 'versionId',
    ArgumentValue: versionId,
  })
}

/**
 * @param versions - Of one key, newest first.
 * @throws {S3Error} `NoSuchKey`, `NoSuchVersion`; `MethodNotAllowed` when the named version is a delete marker.
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
 * Where tags are asked about, a delete marker is there and has none, by its id or not.
 *
 * @throws {S3Error} As `findVersion`.
 * @see https://github.com/justincormack/argmin – `tagging.rs`, run against AWS
 */
export function findTagged(
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

/** Told to the client as headers, see `send.ts`. */
function markerDetail(marker: ObjectRecord | undefined): Record<string, string> {
  return marker?.deleteMarker ? { DeleteMarker: 'true', VersionId: marker.versionId } : {}
}
