/**
 * Finds the stored object that a receipt or key refers to and checks who owns it, or whether a
 * receipt's object still exists.
 *
 * Whichever it is, the owner is read from the waybill stored with the object, regardless of its age.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'
import { show } from '../../protocol/json-value.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { checkExpectation, openReceipt, type ReceiptExpectation } from '../../seal/read-receipt.ts'
import type { Receipt } from '../../seal/receipt.ts'
import type { Waybill } from '../../seal/waybill.ts'
import { headObject, type ObjectVersion, type StoredObject } from '../../storage/objects.ts'
import { isObjectOf } from '../complete/make-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'

export interface RequestedObject extends ObjectVersion {
  /** The ETag in the receipt. Missing if the reference is a key. */
  readonly etag?: string
  readonly byReceipt: boolean
  /** @throws {UploadError} If the waybill belongs to another upload. */
  check(waybill: Waybill): void
  /**
   * Returns whether this is exactly the receipt's object. Always `true` if the reference is a key.
   */
  isSame(object: StoredObject): boolean
}

export interface FoundObject extends ObjectVersion {
  readonly object: StoredObject
  readonly waybill: Waybill
}

/**
 * @throws {UploadError} `RECEIPT_INVALID`, `RECEIPT_EXPIRED` or `RECEIPT_OWNER`; `WAYBILL_INVALID`
 *   if a key does not start with the signer's prefix.
 * @throws {TypeError | RangeError} If the reference or the expectation is invalid.
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
 * Looks up the requested version of an object or, if none was requested, the current one.
 *
 * @throws {UploadError} `OBJECT_NOT_FOUND`; `WAYBILL_INVALID` if the object has no waybill from
 *   this signer; `OBJECT_MISMATCH` if another object has the receipt's key; or whatever `check`
 *   throws.
 */
export async function findObject(
  context: SignerContext,
  requested: RequestedObject,
): Promise<FoundObject> {
  const object = await headStored(context, requested)
  if (!object) throw new UploadError('OBJECT_NOT_FOUND', 'storage does not have this object')
  const waybill = await readWaybill(context, requested.key, object)
  requested.check(waybill)
  // Different bytes can carry the same waybill, because a form can be sent twice.
  if (!requested.isSame(object)) throw replaced()
  const { versionId } = object
  return { key: requested.key, ...(versionId === undefined ? {} : { versionId }), object, waybill }
}

/**
 * A delete marker hides all versions, so the object counts as removed even if S3 still has some.
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
 * @throws {UploadError} `WAYBILL_INVALID` if the object has no waybill from this signer, or another
 *   object's waybill.
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
  throw new UploadError('WAYBILL_INVALID', "object has another object's waybill")
}

/** A receipt, or an object key that your application has saved. */
export type ObjectReference =
  | string
  | {
      readonly key: string
      /**
       * Only for a bucket with versioning.
       * @default the newest version
       */
      readonly versionId?: string | undefined
    }

interface KeyReference {
  readonly key: string
  readonly versionId?: string
}

/**
 * @returns `undefined` if the value is not an object and must therefore be a receipt.
 * @throws {TypeError} If key or version is invalid.
 */
function readKeyReference(reference: unknown): KeyReference | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined
  const key: unknown = Reflect.get(reference, 'key')
  const versionId: unknown = Reflect.get(reference, 'versionId')
  if (typeof key !== 'string') throw new TypeError(`key is ${show(key)}, expected text`)
  if (versionId === undefined) return { key: objectKey(key) }
  if (typeof versionId === 'string' && versionId !== '') return { key: objectKey(key), versionId }
  throw new TypeError(`versionId is ${show(versionId)}, expected text`)
}

/** A receipt that the signer has opened and can compare with the stored object. */
export interface ConfirmableReceipt extends Receipt {
  /**
   * Sends a HEAD request to check that exactly this version still exists, with the same checksum
   * and time.
   *
   * @throws {UploadError} `OBJECT_NOT_FOUND` if the object no longer exists, `OBJECT_MISMATCH` if
   *   another object has its key.
   */
  confirm(): Promise<void>
}

export async function readOwnReceipt(
  context: SignerContext,
  text: unknown,
  expectation: ReceiptExpectation,
): Promise<ConfirmableReceipt> {
  const { receipts } = await context.seal()
  const receipt = await openReceipt(receipts, context.now(), text, expectation)
  return { ...receipt, confirm: () => confirm(context, receipt) }
}

async function confirm({ s3 }: Pick<SignerContext, 's3'>, receipt: Receipt): Promise<void> {
  const { key, versionId } = receipt
  const object = await headObject(s3, { key, ...(versionId === undefined ? {} : { versionId }) })
  if (!object) throw new UploadError('OBJECT_NOT_FOUND', "this receipt's object is gone")
  if (!isObjectOf(receipt, object)) throw replaced()
}

function replaced(): UploadError {
  return new UploadError('OBJECT_MISMATCH', "another object now has this receipt's key")
}
