/**
 * Removes an uploaded object, including all of its versions.
 *
 * Readers lose access first, even if removing the versions fails halfway. A repeated call continues
 * from there, and versions that no longer exist count as removed.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { RemoveResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { ReceiptExpectation } from '../../seal/read-receipt.ts'
import { type Waybill, WaybillUnreadable } from '../../seal/waybill.ts'
import { inBatches } from '../../storage/in-batches.ts'
import {
  deleteObject,
  headObject,
  isHeld,
  type ListedVersion,
  listVersions,
  meansReplaced,
  type StoredObject,
} from '../../storage/objects.ts'
import type { SignerContext } from '../context/signer-context.ts'
import {
  type ObjectReference,
  type RequestedObject,
  readReference,
  readWaybill,
} from './find-object.ts'

/** Maximum number of attempts if the object keeps being replaced. */
const MAX_ROUNDS = 3

export async function removeObject(
  context: SignerContext,
  reference: ObjectReference,
  expectation: ReceiptExpectation,
): Promise<RemoveResponse> {
  return removeRequested(context, await readReference(context, reference, expectation))
}

/**
 * @throws {UploadError} `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` if all objects with this key
 *   belong to others, or if the waybill of the receipt's object cannot be opened; `OBJECT_HELD`;
 *   `STORAGE_UNAVAILABLE` if the object keeps being replaced.
 */
export async function removeRequested(
  context: SignerContext,
  requested: RequestedObject,
): Promise<RemoveResponse> {
  for (let round = 1; ; round += 1) {
    try {
      return await removeNow(context, requested)
    } catch (error) {
      // With 404, another call, or an earlier attempt of this one, has removed the object. The next
      // round finds the remaining versions.
      if (!meansReplaced(error)) throw error
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
    // Add the delete marker before removing versions. Otherwise an older version from another
    // upload would become the current one.
    const isOnlyHidden = await deleteObject(s3, { key }, newest.etag)
    if (!isOnlyHidden) return reportRemoval(context, waybill, 1)
  }
  const mayHaveVersions = newest || requested.versionId !== undefined || !requested.byReceipt
  return mayHaveVersions ? removeVersions(context, requested, waybill) : { removed: 0 }
}

/**
 * If a version was requested, limits the removal to the upload that stored it. Other versions are
 * removed only if they come from the same upload, whose form was sent more than once.
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

/** @param hidden - The waybill of the object that the new delete marker hides. */
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
  // No object with this key belongs to the caller. Reporting success would hide the mistake.
  const object = await headObject(context.s3, any)
  if (object) requested.check(await readWaybill(context, requested.key, object))
  return own
}

/**
 * Returns the object's waybill if it belongs to the requested upload.
 *
 * @throws {UploadError | WaybillUnreadable} If the object has the receipt's bytes, but its waybill
 *   is missing or cannot be opened. Reporting success would hide that the object still exists.
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
    // The store does not support versioning.
    if (error instanceof S3Error && error.status === 501) return []
    throw error
  }
}

/** Removes the delete markers if no versions are left, because the key may contain a file name. */
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
