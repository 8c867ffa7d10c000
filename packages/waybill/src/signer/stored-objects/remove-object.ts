/**
 * Removes what an upload has stored: its object, or all versions of it.
 *
 * Readers lose access first, even if removing the versions fails halfway. Calling it again
 * continues; whatever is already gone counts as removed.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { RemoveResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { deleteObject } from '../../storage/delete-object.ts'
import { headObject, type StoredObject } from '../../storage/head-object.ts'
import { inBatches } from '../../storage/in-batches.ts'
import { type ListedVersion, listVersions } from '../../storage/list-versions.ts'
import { isHeld } from '../../storage/object-lock.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { ReceiptExpectation } from '../receipts/open-receipt.ts'
import { type Waybill, WaybillUnreadable } from '../waybill/waybill.ts'
import {
  type ObjectReference,
  type RequestedObject,
  readReference,
  readWaybill,
} from './find-object.ts'

/** How often to start over if the object is replaced each time. */
const MAX_ROUNDS = 3

/** Removes the object of a receipt or a key; see `Signer.remove`. */
export async function removeObject(
  context: SignerContext,
  reference: ObjectReference,
  expectation: ReceiptExpectation,
): Promise<RemoveResponse> {
  return removeRequested(context, await readReference(context, reference, expectation))
}

/**
 * Removes an object.
 *
 * @throws {UploadError} `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` when all objects under the key
 *   belong to others, or the waybill of the receipt's object cannot be opened; `OBJECT_HELD`;
 *   `STORAGE_UNAVAILABLE` when it is replaced each time.
 */
export async function removeRequested(
  context: SignerContext,
  requested: RequestedObject,
): Promise<RemoveResponse> {
  for (let round = 1; ; round += 1) {
    try {
      return await removeNow(context, requested)
    } catch (error) {
      // 404: another call has removed it, or an earlier attempt of this one. The next round sees
      // which versions are left.
      const isOther = error instanceof S3Error && (error.status === 412 || error.status === 404)
      if (!isOther) throw error
      if (round < MAX_ROUNDS) continue
      if (error.status === 404) throw error
      throw new UploadError('STORAGE_UNAVAILABLE', 'object is replaced again and again')
    }
  }
}

async function removeNow(context: SignerContext, named: RequestedObject): Promise<RemoveResponse> {
  const { s3 } = context
  const { key } = named
  const requested = await sameUpload(context, named)
  if (!requested) return { removed: 0 }
  const newest = await headObject(s3, { key })
  const waybill = newest && (await waybillIn(context, requested, newest))
  if (newest && waybill) {
    // Set the delete marker before removing versions: otherwise an older version of another upload
    // would become the current one.
    const isOnlyHidden = await deleteObject(s3, { key }, newest.etag)
    if (!isOnlyHidden) return reportRemoval(context, waybill, 1)
  }
  const mayHaveVersions = newest || requested.versionId !== undefined || !requested.byReceipt
  return mayHaveVersions ? removeVersions(context, requested, waybill) : { removed: 0 }
}

/**
 * Narrows a key with a version to the upload that stored this version. Other versions of the key
 * are removed only if they belong to the same upload, whose form was sent twice.
 */
async function sameUpload(
  context: SignerContext,
  requested: RequestedObject,
): Promise<RequestedObject | undefined> {
  const { key, versionId } = requested
  if (requested.byReceipt || versionId === undefined) return requested
  const object = await headObject(context.s3, { key, versionId })
  if (!object) return undefined
  const waybill = await readWaybill(context, key, object)
  requested.check(waybill)
  return {
    ...requested,
    check: (other) => {
      requested.check(other)
      if (other.id !== waybill.id) throw new UploadError('OBJECT_MISMATCH', 'another upload')
    },
  }
}

interface OwnVersion {
  readonly key: string
  readonly versionId: string
  readonly waybill: Waybill
}

/** @param hidden - The waybill of an object that a delete marker hides now. */
async function removeVersions(
  context: SignerContext,
  requested: RequestedObject,
  hidden: Waybill | undefined,
): Promise<RemoveResponse> {
  const { s3 } = context
  const listed = await versionsOf(context, requested.key)
  const objects = listed.filter(({ isDeleteMarker }) => !isDeleteMarker)
  const own = await ownVersions(context, requested, objects)
  const kept = await inBatches(own, async (version) => {
    try {
      await deleteObject(s3, version)
      return false
    } catch (error) {
      const isRefused = error instanceof S3Error && error.code === 'AccessDenied'
      if (isRefused && (await isHeld(s3, version))) return true
      throw error
    }
  })
  const held = kept.filter((isKept) => isKept).length
  if (own.length === objects.length && held === 0) await removeMarkers(context, requested.key)
  const waybill = own[0]?.waybill ?? hidden
  // If versioning is suspended, the delete marker has replaced the only version.
  const count = own.length === 0 && hidden ? 1 : own.length - held
  const answer = waybill ? reportRemoval(context, waybill, count) : { removed: 0 }
  if (held === 0) return answer
  const versions = held === 1 ? 'one version' : `${held} versions`
  throw new UploadError(
    'OBJECT_HELD',
    `a hold keeps ${versions} of the object, hidden from readers`,
  )
}

/** Returns the versions that belong to this upload, according to the waybill of each. */
async function ownVersions(
  context: SignerContext,
  requested: RequestedObject,
  objects: readonly ListedVersion[],
): Promise<OwnVersion[]> {
  const found = await inBatches(objects, async ({ key, versionId }) => {
    const object = await headObject(context.s3, { key, versionId })
    const waybill = object && (await waybillIn(context, requested, object))
    return waybill ? [{ key, versionId, waybill }] : []
  })
  const own = found.flat()
  const [any] = objects
  if (requested.byReceipt || own.length > 0 || !any) return own
  // No object under this key belongs to the caller: reporting success would hide a mistake.
  const object = await headObject(context.s3, any)
  if (object) requested.check(await readWaybill(context, requested.key, object))
  return own
}

/**
 * Returns the waybill of an object if it belongs to the named upload.
 *
 * @throws {UploadError | WaybillUnreadable} When an object with the receipt's bytes has no waybill,
 *   or one that cannot be opened: reporting success would hide that it stays.
 */
async function waybillIn(
  context: SignerContext,
  requested: RequestedObject,
  object: StoredObject,
): Promise<Waybill | undefined> {
  try {
    const waybill = await readWaybill(context, requested.key, object)
    return isOf(requested, waybill) ? waybill : undefined
  } catch (error) {
    const isUnopened = error instanceof UploadError || error instanceof WaybillUnreadable
    if (isUnopened && requested.etag !== object.etag) return undefined
    throw error
  }
}

function isOf(requested: RequestedObject, waybill: Waybill): boolean {
  try {
    requested.check(waybill)
    return true
  } catch {
    return false
  }
}

async function versionsOf({ s3 }: SignerContext, key: string): Promise<ListedVersion[]> {
  try {
    return await listVersions(s3, key)
  } catch (error) {
    // The store has no versions.
    if (error instanceof S3Error && error.status === 501) return []
    throw error
  }
}

/** Also removes delete markers if nothing else is left: the key may contain a file name. */
async function removeMarkers(context: SignerContext, key: string): Promise<void> {
  const left = await versionsOf(context, key)
  if (left.some(({ isDeleteMarker }) => !isDeleteMarker)) return
  await inBatches(left, (marker) => deleteObject(context.s3, marker))
}

function reportRemoval({ report }: SignerContext, waybill: Waybill, count: number): RemoveResponse {
  const { rule, owner, key } = waybill
  const whose = owner === undefined ? {} : { owner }
  report?.({ type: 'removal', rule, key, ...whose, versions: count })
  return { removed: count }
}
