/**
 * The functions of a signer for stored objects: sign links, remove, claim.
 *
 * Their code is a chunk of its own, which a signer that only signs uploads does not load.
 *
 * @module
 */

import type { RemoveResponse } from '../../protocol/messages.ts'
import { failureOf } from '../context/failure.ts'
import type { ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { DownloadOptions, DownloadUrl } from './download-url.ts'
import type { ObjectReference } from '../way-back/object-reference.ts'

/** The part of a signer that is about stored objects. Each call checks the owner. */
export interface WayBack {
  /**
   * Signs a URL with which a browser can read a stored object for a while. It leads to one version.
   * Content that a browser would run (HTML, SVG, XML, scripts) is saved and never shown.
   *
   * @param reference - A receipt, or a key. The owner of a key is the one in the waybill that S3
   *   keeps with the object, whatever its age.
   * @throws {UploadError} `OBJECT_NOT_FOUND` when it was removed; `OBJECT_NOT_VERIFIED` or
   *   `OBJECT_REJECTED` with `verifiedOnly`; `OBJECT_MISMATCH` when another object has the key;
   *   `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` for a key; as `readReceipt` for a receipt.
   * @throws {TypeError | RangeError} When an option is not valid.
   * @example
   * ```ts
   * const { url } = await signer.downloadUrl({ key, versionId }, { owner: user.id })
   * ```
   */
  downloadUrl(reference: ObjectReference, options: DownloadOptions): Promise<DownloadUrl>
  /**
   * Removes a stored object with all versions that its upload has stored. What is gone already
   * counts as removed.
   *
   * @param reference - A receipt, or a key. A key without version means all that this owner has
   *   stored under it.
   * @throws {UploadError} `OBJECT_HELD` when a retention or a legal hold keeps a version;
   *   `WAYBILL_NOT_YOURS` or `WAYBILL_INVALID` for a key; as `readReceipt` for a receipt.
   */
  remove(reference: ObjectReference, expectation: ReceiptExpectation): Promise<RemoveResponse>
  /**
   * Claims a stored object of a rule with `claim`: it no longer expires. Claiming twice has the
   * same result as once.
   *
   * With `verifiedOnly` it waits up to 10 seconds for the verdict of arrival.
   *
   * @throws {UploadError} `OBJECT_NOT_FOUND` when it has expired; `OBJECT_NOT_VERIFIED` when there
   *   is not a verdict yet, `OBJECT_REJECTED`; otherwise as `downloadUrl`.
   */
  claim(reference: ObjectReference, expectation: ReceiptExpectation): Promise<void>
}

/** Loads the code of the way back. */
export function loadWayBack() {
  return import('./entry.ts')
}

/** Creates the way back of a signer. */
export function createWayBack(context: SignerContext): WayBack {
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

type Chunk = Awaited<ReturnType<typeof loadWayBack>>

/** A caller's mistake is thrown as it is; a failure has a code of docs/reference/errors.md. */
async function answerOf<Answer>(
  context: SignerContext,
  work: (chunk: Chunk) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work(await loadWayBack())
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error
    throw failureOf(context, error)
  }
}
