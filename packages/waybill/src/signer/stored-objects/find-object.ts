/**
 * Finds the stored object that a receipt or a key names, and checks whose it is.
 *
 * In both cases the waybill that S3 keeps with the object decides: it is sealed for bucket, region
 * and prefix. Its age does not matter.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { headObject, type StoredObject } from '../../storage/head-object.ts'
import type { ObjectVersion } from '../../storage/object-version.ts'
import { isObjectOf } from '../receipts/make-receipt.ts'
import { checkExpectation, openReceipt, type ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'
import { readKeyReference } from '../way-back/object-reference.ts'

/** The object to find, and a check of its waybill. */
export interface Wanted extends ObjectVersion {
  /** The ETag of a receipt; missing for a key. */
  readonly etag?: string
  readonly byReceipt: boolean
  /** @throws {UploadError} When the upload of this waybill is not the one that was named. */
  check(waybill: Waybill): void
  /** Tells whether it is the very object of the receipt; for a key, any is. */
  isSame(object: StoredObject): boolean
}

/** An object that the caller may act on. */
export interface FoundObject extends ObjectVersion {
  readonly object: StoredObject
  readonly waybill: Waybill
}

/**
 * Reads a reference.
 *
 * @throws {UploadError} `RECEIPT_INVALID`, `RECEIPT_EXPIRED`, `RECEIPT_OWNER`; `WAYBILL_INVALID`
 *   for a key outside of the signer's prefix.
 * @throws {TypeError | RangeError} When reference or expectation is not valid.
 */
export async function readReference(
  context: SignerContext,
  reference: unknown,
  expectation: ReceiptExpectation,
): Promise<Wanted> {
  const byKey = readKeyReference(reference)
  if (byKey) return wantedKey(context, byKey, expectation)
  const { receipts } = await context.seal()
  const receipt = await openReceipt(receipts, context.now(), reference, expectation)
  const { key, versionId, etag, id, rule, owner } = receipt
  return {
    key,
    ...(versionId === undefined ? {} : { versionId }),
    etag,
    byReceipt: true,
    isSame: (object) => isObjectOf(receipt, object),
    check: (waybill) => {
      const isSame = waybill.id === id && waybill.rule === rule && waybill.owner === owner
      if (!isSame) throw replaced()
    },
  }
}

function wantedKey(
  { prefix }: SignerContext,
  reference: ObjectVersion,
  expectation: ReceiptExpectation,
): Wanted {
  const { owner, rules } = checkExpectation(expectation)
  if (!reference.key.startsWith(prefix)) {
    throw new UploadError('WAYBILL_INVALID', 'key does not begin with the prefix of this signer')
  }
  return {
    ...reference,
    byReceipt: false,
    isSame: () => true,
    check: (waybill) => {
      if (waybill.owner !== owner) {
        throw new UploadError('WAYBILL_NOT_YOURS', 'object belongs to another owner')
      }
      if (rules && !rules.includes(waybill.rule)) {
        const expected = rules.join(' or ')
        const message = `object is of the rule ${waybill.rule}, expected ${expected}`
        throw new UploadError('WAYBILL_INVALID', message)
      }
    },
  }
}

/**
 * Finds an object. It has the version that was named or, where none was, that it has now.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`; `WAYBILL_INVALID` when it has no waybill of this
 *   signer; `OBJECT_MISMATCH` when another object has the key of the receipt; what `check` throws.
 */
export async function findObject(context: SignerContext, wanted: Wanted): Promise<FoundObject> {
  const object = await headStored(context, wanted)
  if (!object) throw new UploadError('OBJECT_NOT_FOUND', 'storage does not have this object')
  const waybill = await readWaybill(context, wanted.key, object)
  wanted.check(waybill)
  // Other bytes may have the same waybill: a form of `GET` may have been sent twice.
  if (!wanted.isSame(object)) throw replaced()
  const { versionId } = object
  return { key: wanted.key, ...(versionId === undefined ? {} : { versionId }), object, waybill }
}

/** A delete marker hides every version: the object is removed, whatever versions S3 still keeps. */
async function headStored(
  { s3 }: SignerContext,
  { key, versionId }: ObjectVersion,
): Promise<StoredObject | undefined> {
  const newest = await headObject(s3, { key })
  if (!newest || versionId === undefined || newest.versionId === versionId) return newest
  return headObject(s3, { key, versionId })
}

/**
 * Opens the waybill that S3 keeps with an object.
 *
 * @throws {UploadError} `WAYBILL_INVALID` when it has none of this signer, or that of another
 *   object.
 */
export async function readWaybill(
  context: SignerContext,
  key: string,
  { waybill: sealed }: StoredObject,
): Promise<Waybill> {
  if (sealed === undefined) {
    throw new UploadError('WAYBILL_INVALID', 'object was stored without a waybill')
  }
  const waybill = await (await context.seal()).open(sealed)
  if (waybill.key === key) return waybill
  throw new UploadError('WAYBILL_INVALID', 'object has the waybill of another object')
}

function replaced(): UploadError {
  return new UploadError('OBJECT_MISMATCH', 'another object has the key of this receipt now')
}
