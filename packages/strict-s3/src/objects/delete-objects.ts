/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { readXml } from '../body/document.ts'
import type { Bucket, Deleted } from '../buckets/bucket.ts'
import { unquote } from '../buckets/conditions.ts'
import { isVersionId } from '../buckets/versions.ts'
import { notImplemented } from '../message/refusal.ts'
import { checkKeyLength, queryOf } from '../message/request.ts'
import {
  emptyResponse,
  maybeText,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import { removed } from '../notifications/object-change.ts'
import { mayBypass } from '../object-lock/lock-permissions.ts'
import { refuseNeedlessBypass } from '../object-lock/requested-lock.ts'
import type { BucketCall, Call, ObjectCall } from '../operations/call.ts'

const MAX_KEYS = MORE_LIMITS.maxListed

interface Target {
  readonly key: string
  readonly versionId: string | undefined
  /** The object must have this ETag. `*` matches any object. */
  readonly etag: string | undefined
  /** Whether the request has other conditions, such as a size or a date. */
  readonly hasOthers: boolean
}

export async function deleteObject(call: ObjectCall): Promise<S3Response> {
  const { request, bucket, key } = call
  const { headers } = request
  refuseNeedlessBypass(request.values, bucket.record.objectLock)
  const { versionId, deleteMarker } = await deleteTarget(call, bucket, {
    key,
    versionId: queryOf(request, 'versionId'),
    etag: request.values['if-match'],
    hasOthers: Object.keys(headers).some((name) => /^(x-amz-)?if-.+-/.test(name)),
  })
  return emptyResponse(204, {
    ...(versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
    ...(deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
  })
}

export async function deleteObjects(call: BucketCall): Promise<S3Response> {
  const { bucket, request } = call
  refuseNeedlessBypass(request.values, bucket.record.objectLock)
  const list = await readXml(call)
  const targets = targetsOf(list)
  const isQuiet = textOf(list, 'Quiet') === 'true'
  const results: XmlElement[] = []
  for (const target of targets) {
    try {
      const { key, versionId } = target
      call.authorize('DeleteObject', { bucket, key, versionId })
      // In a list, S3 treats an invalid version id as a version that does not exist.
      if (versionId !== undefined && !isVersionId(versionId)) throw new S3Error('NoSuchVersion')
      const deleted = await deleteTarget(call, bucket, target)
      if (!isQuiet) results.push(result('Deleted', target, markerOf(deleted)))
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      const reason = [text('Code', error.code), text('Message', error.message)]
      results.push(result('Error', target, reason))
    }
  }
  return xmlResponse('DeleteResult', results)
}

/**
 * S3 deletes each entry only once, even if it is listed twice.
 *
 * @throws {S3Error} `KeyTooLongError`, or `MalformedXML` if there are no entries, more than 1,000,
 *   or one without a key.
 * @see https://github.com/dyus/meeseeks-s3 – `tests/delete_objects/test_versioning.py`, run against
 *   AWS
 */
function targetsOf(list: XmlElement): readonly Target[] {
  const targets = childrenOf(list, 'Object').map(readTarget)
  if (targets.length < 1 || targets.length > MAX_KEYS) throw new S3Error('MalformedXML')
  const named = new Map(targets.map((each) => [`${each.key}\0${each.versionId ?? ''}`, each]))
  return [...named.values()]
}

function readTarget(entry: XmlElement): Target {
  const key = textOf(entry, 'Key')
  if (!key) throw new S3Error('MalformedXML')
  checkKeyLength(key)
  return {
    key,
    versionId: textOf(entry, 'VersionId'),
    etag: textOf(entry, 'ETag'),
    hasOthers: Boolean(childOf(entry, 'Size') ?? childOf(entry, 'LastModifiedTime')),
  }
}

/**
 * @throws {S3Error} `NotImplemented` for conditions that S3 does not support here either: a
 *   version's ETag, and conditions for directory buckets or for reads.
 * @see https://github.com/justincormack/argmin – `conditional.rs`, run against AWS
 */
async function deleteTarget(
  call: Call,
  bucket: Bucket,
  { key, versionId, etag, hasOthers }: Target,
): Promise<Deleted> {
  if (hasOthers || (versionId !== undefined && etag !== undefined)) {
    throw notImplemented('this condition of a DELETE (nor does S3)')
  }
  const deleted =
    versionId === undefined
      ? await bucket.delete(key, etag === undefined ? {} : { ifMatch: unquote(etag) })
      : await bucket.deleteVersion(key, versionId, {
          bypass: mayBypass(call, { bucket, key, versionId }),
        })
  call.service.announcer.announce(removed(bucket, key, deleted, call))
  return deleted
}

function result(name: string, { key, versionId }: Target, more: XmlElement[]): XmlElement {
  return { name, children: [text('Key', key), ...maybeText('VersionId', versionId), ...more] }
}

function markerOf({ deleteMarker, versionId }: Deleted): XmlElement[] {
  if (!deleteMarker) return []
  return [text('DeleteMarker', true), ...maybeText('DeleteMarkerVersionId', versionId)]
}
