/**
 * Removes what an upload has stored: its object, or all versions of it.
 *
 * Readers can no longer get the object, also when the removal of its versions fails half-way. A
 * further call continues, and what is already gone counts as removed.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { RemoveResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { deleteObject } from '../../storage/delete-object.ts'
import { headObject, type StoredObject } from '../../storage/head-object.ts'
import { type ListedVersion, listVersions } from '../../storage/list-versions.ts'
import { isHeld } from '../../storage/object-lock.ts'
import { inBatches } from '../../storage/in-batches.ts'
import type { ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { type Waybill, WaybillUnreadable } from '../waybill/waybill.ts'
import { readReference, readWaybill, type Wanted } from './find-object.ts'
import type { ObjectReference } from '../way-back/object-reference.ts'

/** How often an object is looked at if it is replaced each time. */
const MAX_ROUNDS = 3

/** Removes the object of a receipt or a key; see `Signer.remove`. */
export async function removeObject(
  context: SignerContext,
  reference: ObjectReference,
  expectation: ReceiptExpectation,
): Promise<RemoveResponse> {
  return removeWanted(context, await readReference(context, reference, expectation))
}

/**
 * Removes an object.
 *
 * @throws {UploadError} `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` when all objects under the key
 *   belong to others, or the waybill of the receipt's object cannot be opened; `OBJECT_HELD`;
 *   `STORAGE_UNAVAILABLE` when it is replaced each time.
 */
export async function removeWanted(
  context: SignerContext,
  wanted: Wanted,
): Promise<RemoveResponse> {
  for (let round = 1; ; round += 1) {
    try {
      return await removeNow(context, wanted)
    } catch (error) {
      // 404: another call has removed it, or an earlier try of this one. The next round sees which
      // versions are left.
      const isOther = error instanceof S3Error && (error.status === 412 || error.status === 404)
      if (!isOther) throw error
      if (round < MAX_ROUNDS) continue
      if (error.status === 404) throw error
      throw new UploadError('STORAGE_UNAVAILABLE', 'object is replaced again and again')
    }
  }
}

async function removeNow(context: SignerContext, named: Wanted): Promise<RemoveResponse> {
  const { s3 } = context
  const { key } = named
  const wanted = await sameUpload(context, named)
  if (!wanted) return { removed: 0 }
  const newest = await headObject(s3, { key })
  const waybill = newest && (await waybillIn(context, wanted, newest))
  if (newest && waybill) {
    // The marker comes before the removal of versions: otherwise an older one of another upload
    // would become the newest.
    const isOnlyHidden = await deleteObject(s3, { key }, newest.etag)
    if (!isOnlyHidden) return tellRemoval(context, waybill, 1)
  }
  const mayHaveVersions = newest || wanted.versionId !== undefined || !wanted.byReceipt
  return mayHaveVersions ? removeVersions(context, wanted, waybill) : { removed: 0 }
}

/**
 * A key with a version names the upload that stored this version: further versions of the key are
 * removed only when they are of the same upload, where its form was sent twice.
 */
async function sameUpload(context: SignerContext, wanted: Wanted): Promise<Wanted | undefined> {
  const { key, versionId } = wanted
  if (wanted.byReceipt || versionId === undefined) return wanted
  const object = await headObject(context.s3, { key, versionId })
  if (!object) return undefined
  const waybill = await readWaybill(context, key, object)
  wanted.check(waybill)
  return {
    ...wanted,
    check: (other) => {
      wanted.check(other)
      if (other.id !== waybill.id) throw new UploadError('OBJECT_MISMATCH', 'another upload')
    },
  }
}

interface OwnVersion {
  readonly key: string
  readonly versionId: string
  readonly waybill: Waybill
}

/** @param hidden - The waybill of an object over which there is a delete marker now. */
async function removeVersions(
  context: SignerContext,
  wanted: Wanted,
  hidden: Waybill | undefined,
): Promise<RemoveResponse> {
  const { s3 } = context
  const listed = await versionsOf(context, wanted.key)
  const objects = listed.filter(({ isDeleteMarker }) => !isDeleteMarker)
  const own = await ownVersions(context, wanted, objects)
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
  if (own.length === objects.length && held === 0) await removeMarkers(context, wanted.key)
  const waybill = own[0]?.waybill ?? hidden
  // Where versioning is suspended, the delete marker has replaced the only version.
  const count = own.length === 0 && hidden ? 1 : own.length - held
  const answer = waybill ? tellRemoval(context, waybill, count) : { removed: 0 }
  if (held === 0) return answer
  const versions = held === 1 ? 'one version' : `${held} versions`
  throw new UploadError(
    'OBJECT_HELD',
    `a hold keeps ${versions} of the object, hidden from readers`,
  )
}

/** Finds the versions that are of this upload, by the waybill of each. */
async function ownVersions(
  context: SignerContext,
  wanted: Wanted,
  objects: readonly ListedVersion[],
): Promise<OwnVersion[]> {
  const found = await inBatches(objects, async ({ key, versionId }) => {
    const object = await headObject(context.s3, { key, versionId })
    const waybill = object && (await waybillIn(context, wanted, object))
    return waybill ? [{ key, versionId, waybill }] : []
  })
  const own = found.flat()
  const [any] = objects
  if (wanted.byReceipt || own.length > 0 || !any) return own
  // No object under this key is the caller's: success would hide a mistake.
  const object = await headObject(context.s3, any)
  if (object) wanted.check(await readWaybill(context, wanted.key, object))
  return own
}

/**
 * Returns the waybill of an object that is of the upload that was named.
 *
 * @throws {UploadError | WaybillUnreadable} When an object with the bytes of the receipt has a
 *   waybill that cannot be opened, or none: success would hide that it stays.
 */
async function waybillIn(
  context: SignerContext,
  wanted: Wanted,
  object: StoredObject,
): Promise<Waybill | undefined> {
  try {
    const waybill = await readWaybill(context, wanted.key, object)
    return isOf(wanted, waybill) ? waybill : undefined
  } catch (error) {
    const isUnopened = error instanceof UploadError || error instanceof WaybillUnreadable
    if (isUnopened && wanted.etag !== object.etag) return undefined
    throw error
  }
}

function isOf(wanted: Wanted, waybill: Waybill): boolean {
  try {
    wanted.check(waybill)
    return true
  } catch {
    return false
  }
}

async function versionsOf({ s3 }: SignerContext, key: string): Promise<ListedVersion[]> {
  try {
    return await listVersions(s3, key)
  } catch (error) {
    // A store without versions.
    if (error instanceof S3Error && error.status === 501) return []
    throw error
  }
}

/** When only delete markers are left they go too: the key may hold the name of a file. */
async function removeMarkers(context: SignerContext, key: string): Promise<void> {
  const left = await versionsOf(context, key)
  if (left.some(({ isDeleteMarker }) => !isDeleteMarker)) return
  await inBatches(left, (marker) => deleteObject(context.s3, marker))
}

function tellRemoval({ tell }: SignerContext, waybill: Waybill, count: number): RemoveResponse {
  const { rule, owner, key } = waybill
  const whose = owner === undefined ? {} : { owner }
  tell?.({ type: 'removal', rule, key, ...whose, versions: count })
  return { removed: count }
}
