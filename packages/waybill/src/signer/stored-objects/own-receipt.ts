import { UploadError } from '../../protocol/upload-error.ts'
import { openReceipt, type ReceiptExpectation } from '../../seal/read-receipt.ts'
import type { Receipt } from '../../seal/receipt.ts'
import { headObject } from '../../storage/objects.ts'
import { isObjectOf } from '../complete/make-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'

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
  if (!object) {
    throw new UploadError('OBJECT_NOT_FOUND', "this receipt's object is gone")
  }
  if (!isObjectOf(receipt, object)) {
    throw new UploadError('OBJECT_MISMATCH', "another object now has this receipt's key")
  }
}
