/**
 * The receipt: the sealed description of one stored object. The signer issues it, a page submits
 * it, and the application's server reads it.
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
  /** S3's checksum of the whole object; missing if the store has none. */
  readonly checksum?: ObjectChecksum
  /** The file's name as the uploader chose it, never a path. */
  readonly name: string
  /** The file's folders and name as the uploader chose them. */
  readonly path: string
  /** The id of the file, unique for each upload. */
  readonly id: string
  /** Metadata from the client: the uploader chooses the values, the signer limits their size. */
  readonly metadata: Readonly<Record<string, string>>
  /** Who uploaded it; missing if the rule is public and returned no owner. */
  readonly owner?: string
  /** Name of the upload rule. */
  readonly rule: string
  /**
   * The object's time in whole seconds, or the time of the grant if the store returns none. For an
   * upload in parts, S3 returns when it began.
   */
  readonly lastModified: Date
}

/** A receipt before sealing. `formatReceipt` adds bucket, region and prefix. */
export type PlacelessReceipt = Omit<Receipt, 'bucket'>

export function formatReceipt(
  { lastModified, ...receipt }: PlacelessReceipt,
  { bucket, region, prefix = '' }: SealPlace,
): string {
  const place = [bucket, region, prefix]
  return JSON.stringify({ v: 1, place, ...receipt, lastModified: lastModified.getTime() })
}

/**
 * Reads what `formatReceipt` wrote. Only a holder of the key can have sealed it, so an unknown
 * format comes from another version. Several signers may share a secret: only receipts for exactly
 * this bucket, region and prefix are accepted, because owners of two places may have the same name.
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
