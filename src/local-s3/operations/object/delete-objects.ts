/**
 * DeleteObject and DeleteObjects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 * @module
 */

import { S3Error } from '../../../s3/s3-error.ts'
import { childrenOf, textOf, type XmlElement } from '../../../s3/xml.ts'
import { authorize } from '../../access/authorize.ts'
import { ANY_DIGEST, parseDocument, readDocument } from '../../body/document.ts'
import type { Bucket, Deleted } from '../../buckets/bucket.ts'
import { deleteConditions, unquote } from '../../buckets/conditions.ts'
import { isVersionId } from '../../buckets/versions.ts'
import { type Answer, emptyAnswer, maybeText, text, xmlAnswer } from '../../http/answer.ts'
import { checkKeyLength, queryOf } from '../../http/request.ts'
import { bucketOf, type Call, keyOf } from '../call.ts'

const MAX_KEYS = 1000

/** DeleteObject: deletes an object or one version. */
export async function deleteObject(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const versionId = queryOf(call.request, 'versionId')
  const deleted =
    versionId === undefined
      ? await bucket.delete(keyOf(call), deleteConditions(call.request.headers))
      : await bucket.deleteVersion(keyOf(call), versionId)
  return emptyAnswer(204, {
    ...(deleted.versionId === undefined ? {} : { 'x-amz-version-id': deleted.versionId }),
    ...(deleted.deleteMarker ? { 'x-amz-delete-marker': 'true' } : {}),
  })
}

/** DeleteObjects: deletes up to 1,000 objects or versions. */
export async function deleteObjects(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const { targets, quiet } = parseDelete(await readDocument(call, { needsDigest: ANY_DIGEST }))
  const results: XmlElement[] = []
  for (const target of targets) {
    try {
      const { key, versionId } = target
      authorize(call, 'DeleteObject', { bucket, key, versionId })
      const deleted = await deleteTarget(bucket, target)
      if (!quiet) results.push(deletedElement(target, deleted))
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      results.push(errorElement(target, error))
    }
  }
  return xmlAnswer('DeleteResult', results)
}

interface Target {
  readonly key: string
  readonly etag: string | undefined
  readonly versionId: string | undefined
}

/** @see https://github.com/justincormack/argmin – `object_delete.rs`, run against AWS */
function deleteTarget(bucket: Bucket, { key, etag, versionId }: Target): Promise<Deleted> {
  if (versionId !== undefined) {
    if (etag !== undefined) throw new S3Error('NotImplemented')
    // In a list, an invalid id counts as a version that does not exist.
    if (!isVersionId(versionId)) throw new S3Error('NoSuchVersion')
    return bucket.deleteVersion(key, versionId)
  }
  return bucket.delete(key, etag === undefined ? {} : { ifMatch: unquote(etag) })
}

function deletedElement({ key, versionId }: Target, deleted: Deleted): XmlElement {
  const marker = deleted.deleteMarker
    ? [text('DeleteMarker', true), ...maybeText('DeleteMarkerVersionId', deleted.versionId)]
    : []
  return {
    name: 'Deleted',
    children: [text('Key', key), ...maybeText('VersionId', versionId), ...marker],
  }
}

function errorElement({ key, versionId }: Target, error: S3Error): XmlElement {
  return {
    name: 'Error',
    children: [
      text('Key', key),
      ...maybeText('VersionId', versionId),
      text('Code', error.code),
      text('Message', error.message),
    ],
  }
}

function parseDelete(document: string) {
  const root = parseDocument(document, 'Delete')
  const targets = childrenOf(root, 'Object').map((object): Target => {
    const key = textOf(object, 'Key')
    if (!key) throw new S3Error('MalformedXML')
    checkKeyLength(key)
    return { key, etag: textOf(object, 'ETag'), versionId: textOf(object, 'VersionId') }
  })
  if (targets.length < 1 || targets.length > MAX_KEYS) throw new S3Error('MalformedXML')
  return { targets: withoutRepeats(targets), quiet: textOf(root, 'Quiet') === 'true' }
}

/**
 * @see https://github.com/dyus/meeseeks-s3 – `tests/delete_objects/test_versioning.py`, run against
 *   AWS
 */
function withoutRepeats(targets: readonly Target[]): Target[] {
  const seen = new Map(
    targets.map((target) => [`${target.key}\0${target.versionId ?? ''}`, target]),
  )
  return [...seen.values()]
}
