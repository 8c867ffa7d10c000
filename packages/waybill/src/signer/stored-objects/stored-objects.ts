/**
 * The signer's functions for stored objects are loaded on demand, so a signer that only grants
 * uploads never loads them.
 *
 * @module
 */

import type { RemoveResponse } from '../../protocol/messages.ts'
import type { ReceiptExpectation } from '../../seal/read-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { failureOf } from '../refusals.ts'
import type { DownloadOptions, DownloadUrl } from './download-url.ts'
import type { ObjectReference } from './find-object.ts'

/** The signer's functions for stored objects. Each of them checks the owner. */
export interface StoredObjectFunctions {
  /**
   * Signs a URL that lets a browser read one version of a stored object for a limited time. Content
   * that a browser would run (HTML, SVG, XML, scripts) is saved, never displayed.
   *
   * @param reference - A receipt or a key. For a key, the owner is read from the waybill stored
   *   with the object, regardless of its age.
   * @throws {UploadError} `OBJECT_NOT_FOUND` if the object was removed; `OBJECT_NOT_VERIFIED` or
   *   `OBJECT_REJECTED` with `verifiedOnly`; `OBJECT_MISMATCH` if another object has the key;
   *   `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` for a key; the errors of `readReceipt` for a
   *   receipt.
   * @throws {TypeError | RangeError} If an option is invalid.
   * @example
   * ```ts
   * const { url } = await signer.downloadUrl({ key, versionId }, { owner: user.id })
   * ```
   */
  downloadUrl(reference: ObjectReference, options: DownloadOptions): Promise<DownloadUrl>
  /**
   * Removes a stored object, including all versions that its upload has stored. Versions that no
   * longer exist count as removed.
   *
   * @param reference - A receipt or a key. A key without a version refers to everything that the
   *   owner has stored under it.
   * @throws {UploadError} `OBJECT_HELD` if a retention period or a legal hold protects a version;
   *   `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` for a key; the errors of `readReceipt` for a
   *   receipt.
   */
  remove(reference: ObjectReference, expectation: ReceiptExpectation): Promise<RemoveResponse>
  /**
   * Claims an object that was stored under a rule with `claim`, so that it no longer expires.
   * Claiming it again has no effect.
   *
   * With `verifiedOnly`, waits up to 10 seconds for the arrival handler's verdict.
   *
   * @throws {UploadError} `OBJECT_NOT_FOUND` if the object has expired; `OBJECT_NOT_VERIFIED` if
   *   there is no verdict yet; `OBJECT_REJECTED`; otherwise the same errors as `downloadUrl`.
   */
  claim(reference: ObjectReference, expectation: ReceiptExpectation): Promise<void>
}

export function loadStoredObjects() {
  return import('./lazy-chunk.ts')
}

export function storedObjectFunctions(context: SignerContext): StoredObjectFunctions {
  const asked = <Result>(work: (chunk: Chunk) => Promise<Result>) => answerOf(context, work)
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

/**
 * Throws a caller's `TypeError` or `RangeError` unchanged. All other errors get a code from
 * docs/reference/errors.md.
 */
async function answerOf<Result>(
  context: SignerContext,
  work: (chunk: Chunk) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(await loadStoredObjects())
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error
    throw failureOf(context, error)
  }
}
