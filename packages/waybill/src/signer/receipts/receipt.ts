import type { ObjectChecksum } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { SealPlace } from '../waybill/sealing-key.ts'

/**
 * Describes a stored object as it was when its upload was completed. The signer seals the receipt,
 * a page submits it, and the application's server opens it.
 */
export interface Receipt {
  readonly bucket: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** In bytes. */
  readonly size: number
  /** Content type. */
  readonly type: string
  /** With quotes, as S3 writes it. */
  readonly etag: string
  /** S3's checksum of the whole object. Missing if the store has none. */
  readonly checksum?: ObjectChecksum
  /** The file name that the uploader chose, without folders. */
  readonly name: string
  /** The folders and file name that the uploader chose. */
  readonly path: string
  /** Unique for each upload. */
  readonly id: string
  /** Sent by the client. The uploader chooses the values, and the signer limits only their size. */
  readonly metadata: Readonly<Record<string, string>>
  /** The uploader, as returned by `authorize`. Missing for an upload without an owner. */
  readonly owner?: string
  /** Name of the upload rule. */
  readonly rule: string
  /**
   * When the object was stored, in whole seconds, or when the upload was granted if the store does
   * not report a time. For a multipart upload, S3 reports the time at which it was started.
   */
  readonly lastModified: Date
}

/** `formatReceipt` adds bucket, region and prefix. */
export type PlacelessReceipt = Omit<Receipt, 'bucket'>

export function formatReceipt(
  { lastModified, ...receipt }: PlacelessReceipt,
  { bucket, region, prefix = '' }: SealPlace,
): string {
  const place = [bucket, region, prefix]
  return JSON.stringify({ v: 1, place, ...receipt, lastModified: lastModified.getTime() })
}

/**
 * Parses what `formatReceipt` returned. Only a holder of the key can have sealed it, so an unknown
 * format comes from another version.
 *
 * Several signers may share a secret, so receipts for another bucket, region or prefix are
 * rejected. Their owner may be a different person with the same name.
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
