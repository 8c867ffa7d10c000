/**
 * The receipt: the description of one stored object. The signer seals it, a page submits it, and
 * the application's server reads it.
 *
 * @module
 */

import type { ObjectChecksum } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { SealPlace } from '../waybill/sealing-key.ts'

/** The description of one stored object, as it was when its upload was completed. */
export interface Receipt {
  readonly bucket: string
  readonly key: string
  /** In a bucket with versioning: the version that was stored. */
  readonly versionId?: string
  /** Bytes. */
  readonly size: number
  /** Content type. */
  readonly type: string
  /** With the quotes, as S3 writes it. */
  readonly etag: string
  /** The checksum that S3 has of the whole object; missing where the store has none. */
  readonly checksum?: ObjectChecksum
  /** The file's own name: data of the uploader, never a path. */
  readonly name: string
  /** Its folders in what the person chose, and its name: data of the uploader, as the name is. */
  readonly path: string
  /** The id of the file. */
  readonly id: string
  /** Metadata from the client: its values are the uploader's, its size is limited by the signer. */
  readonly metadata: Readonly<Record<string, string>>
  /** Who has uploaded it; missing when the rule is public and named no owner. */
  readonly owner?: string
  /** Name of the upload rule. */
  readonly rule: string
  /**
   * The time of the object, in whole seconds; that of the grant where the store tells none. For an
   * upload in parts, S3 tells when it began.
   */
  readonly lastModified: Date
}

/** A receipt to seal. `formatReceipt` adds the bucket, with region and prefix. */
export type PlacelessReceipt = Omit<Receipt, 'bucket'>

/** Writes a receipt as the text that is sealed. */
export function formatReceipt(
  { lastModified, ...receipt }: PlacelessReceipt,
  { bucket, region, prefix = '' }: SealPlace,
): string {
  const place = [bucket, region, prefix]
  return JSON.stringify({ v: 1, place, ...receipt, lastModified: lastModified.getTime() })
}

/**
 * Reads what `formatReceipt` wrote. Only a holder of the key can have sealed it, so an unknown form
 * comes from another version. The secret may be that of several signers: only receipts of exactly
 * this bucket, region and prefix are read, since owners of two places may have the same name.
 *
 * @throws {UploadError} `RECEIPT_INVALID`
 */
export function parseReceipt(text: string, here: SealPlace): Receipt {
  const { v, place, lastModified, ...receipt } = JSON.parse(text)
  if (v !== 1) throw invalid('receipt was sealed by another version of the signer')
  const { bucket, region, prefix = '' } = here
  const [itsBucket, itsRegion, itsPrefix] = place
  if (itsBucket !== bucket) throw invalid('receipt is of an object in another bucket')
  if (itsRegion !== region) throw invalid('receipt is of an object in another region')
  if (itsPrefix !== prefix) throw invalid('receipt is of an object in another prefix')
  return { bucket, ...receipt, lastModified: new Date(lastModified) }
}

function invalid(message: string): UploadError {
  return new UploadError('RECEIPT_INVALID', message)
}
