/**
 * Finds the stored object that a receipt or a key names, and checks who owns it.
 *
 * In both cases the waybill stored with the object decides: it is sealed for bucket, region and
 * prefix. Its age does not matter.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'
import { show } from '../../protocol/json-value.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { headObject, type StoredObject } from '../../storage/head-object.ts'
import type { ObjectVersion } from '../../storage/object-version.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { isObjectOf } from '../receipts/make-receipt.ts'
import { checkExpectation, openReceipt, type ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** The object to find, and how to check its waybill. */
export interface RequestedObject extends ObjectVersion {
  /** The ETag in the receipt; missing for a key. */
  readonly etag?: string
  readonly byReceipt: boolean
  /** @throws {UploadError} When this waybill belongs to another upload. */
  check(waybill: Waybill): void
  /** Returns whether the object is exactly the one of the receipt; for a key, any object is. */
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
 * @throws {TypeError | RangeError} When the reference or the expectation is invalid.
 */
export async function readReference(
  context: SignerContext,
  reference: unknown,
  expectation: ReceiptExpectation,
): Promise<RequestedObject> {
  const byKey = readKeyReference(reference)
  if (byKey) return requestedKey(context, byKey, expectation)
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

function requestedKey(
  { prefix }: SignerContext,
  reference: ObjectVersion,
  expectation: ReceiptExpectation,
): RequestedObject {
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
 * Finds an object in the named version or, if none was named, in its current one.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`; `WAYBILL_INVALID` when it has no waybill of this
 *   signer; `OBJECT_MISMATCH` when another object has the receipt's key; or the error of `check`.
 */
export async function findObject(
  context: SignerContext,
  requested: RequestedObject,
): Promise<FoundObject> {
  const object = await headStored(context, requested)
  if (!object) throw new UploadError('OBJECT_NOT_FOUND', 'storage does not have this object')
  const waybill = await readWaybill(context, requested.key, object)
  requested.check(waybill)
  // Other bytes may carry the same waybill, because a form of `GET` can be sent twice.
  if (!requested.isSame(object)) throw replaced()
  const { versionId } = object
  return { key: requested.key, ...(versionId === undefined ? {} : { versionId }), object, waybill }
}

/**
 * A delete marker hides every version: the object counts as removed even if S3 still has versions.
 */
async function headStored(
  { s3 }: SignerContext,
  { key, versionId }: ObjectVersion,
): Promise<StoredObject | undefined> {
  const newest = await headObject(s3, { key })
  if (!newest || versionId === undefined || newest.versionId === versionId) return newest
  return headObject(s3, { key, versionId })
}

/**
 * Opens the waybill stored with an object.
 *
 * @throws {UploadError} `WAYBILL_INVALID` when it has no waybill of this signer, or that of another
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

/** A receipt, or the key of an object that the application has stored. */
export type ObjectReference =
  | string
  | {
      readonly key: string
      /**
       * In a bucket with versioning.
       * @default the newest version
       */
      readonly versionId?: string | undefined
    }

export interface KeyReference {
  readonly key: string
  readonly versionId?: string
}

/**
 * Reads a reference by key.
 *
 * @returns `undefined` for any other value, which must be a receipt.
 * @throws {TypeError} When key or version is invalid.
 */
export function readKeyReference(reference: unknown): KeyReference | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined
  const key: unknown = Reflect.get(reference, 'key')
  const versionId: unknown = Reflect.get(reference, 'versionId')
  if (typeof key !== 'string') throw new TypeError(`key is ${show(key)}, expected text`)
  if (versionId === undefined) return { key: objectKey(key) }
  if (typeof versionId === 'string' && versionId !== '') return { key: objectKey(key), versionId }
  throw new TypeError(`versionId is ${show(versionId)}, expected text`)
}
