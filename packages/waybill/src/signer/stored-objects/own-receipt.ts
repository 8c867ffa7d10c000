/**
 * Reads receipts that the signer itself issued, and asks S3 about their objects.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { headObject } from '../../storage/head-object.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { isObjectOf } from '../receipts/make-receipt.ts'
import { openReceipt, type ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { Receipt } from '../receipts/receipt.ts'

/** A receipt that the signer has read. */
export interface ConfirmableReceipt extends Receipt {
  /**
   * Asks S3, with one HEAD request, whether the object still exists in exactly the stored version,
   * with the same checksum and time.
   *
   * @throws {UploadError} `OBJECT_NOT_FOUND` when it is gone, `OBJECT_MISMATCH` when another object
   *   has its key.
   */
  confirm(): Promise<void>
}

/** Reads a receipt with the signer's own keys; see `readReceipt`. */
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
  if (!object) {
    throw new UploadError('OBJECT_NOT_FOUND', 'the object of this receipt is gone')
  }
  if (!isObjectOf(receipt, object)) {
    throw new UploadError('OBJECT_MISMATCH', 'another object has the key of this receipt now')
  }
}
