/**
 * The signer's functions for stored objects: sign links, remove, claim.
 *
 * Their code is a lazily loaded chunk, so a signer that only signs uploads never loads it.
 *
 * @module
 */

import type { RemoveResponse } from '../../protocol/messages.ts'
import { failureOf } from '../context/failure.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { DownloadOptions, DownloadUrl } from './download-url.ts'
import type { ObjectReference } from './find-object.ts'

/** The part of a signer that deals with stored objects. Each function checks the owner. */
export interface StoredObjectFunctions {
  /**
   * Signs a URL with which a browser can read a stored object for a limited time. It leads to one
   * version. Content that a browser would run (HTML, SVG, XML, scripts) is saved and never shown.
   *
   * @param reference - A receipt, or a key. The owner of a key is the one in the waybill stored
   *   with the object, whatever its age.
   * @throws {UploadError} `OBJECT_NOT_FOUND` when it was removed; `OBJECT_NOT_VERIFIED` or
   *   `OBJECT_REJECTED` with `verifiedOnly`; `OBJECT_MISMATCH` when another object has the key;
   *   `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` for a key; the errors of `readReceipt` for a
   *   receipt.
   * @throws {TypeError | RangeError} When an option is invalid.
   * @example
   * ```ts
   * const { url } = await signer.downloadUrl({ key, versionId }, { owner: user.id })
   * ```
   */
  downloadUrl(reference: ObjectReference, options: DownloadOptions): Promise<DownloadUrl>
  /**
   * Removes a stored object with all versions that its upload has stored. Whatever is already gone
   * counts as removed.
   *
   * @param reference - A receipt, or a key. A key without a version means everything this owner has
   *   stored under it.
   * @throws {UploadError} `OBJECT_HELD` when a retention or a legal hold protects a version;
   *   `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` for a key; the errors of `readReceipt` for a
   *   receipt.
   */
  remove(reference: ObjectReference, expectation: ReceiptExpectation): Promise<RemoveResponse>
  /**
   * Claims a stored object of a rule with `claim`, so that it no longer expires. Claiming it twice
   * has the same effect as once.
   *
   * With `verifiedOnly` it waits up to 10 seconds for arrival's verdict.
   *
   * @throws {UploadError} `OBJECT_NOT_FOUND` when it has expired; `OBJECT_NOT_VERIFIED` when there
   *   is no verdict yet, `OBJECT_REJECTED`; otherwise the errors of `downloadUrl`.
   */
  claim(reference: ObjectReference, expectation: ReceiptExpectation): Promise<void>
}

/** Loads the chunk for stored objects. */
export function loadStoredObjects() {
  return import('./lazy-chunk.ts')
}

export function storedObjectFunctions(context: SignerContext): StoredObjectFunctions {
  const asked = <Answer>(work: (chunk: Chunk) => Promise<Answer>) => answerOf(context, work)
  return {
    downloadUrl: (reference, options) =>
      asked((chunk) => chunk.downloadUrl(context, reference, options)),
    remove: (reference, expectation) =>
      asked((chunk) => chunk.removeObject(context, reference, expectation)),
    claim: (reference, expectation) =>
      asked((chunk) => chunk.claimObject(context, reference, expectation)),
  }
}

type Chunk = Awaited<ReturnType<typeof loadStoredObjects>>

/** Throws a caller's mistake unchanged, and any failure with a code of docs/reference/errors.md. */
async function answerOf<Answer>(
  context: SignerContext,
  work: (chunk: Chunk) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work(await loadStoredObjects())
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error
    throw failureOf(context, error)
  }
}
