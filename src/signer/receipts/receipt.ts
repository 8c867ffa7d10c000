/**
 * The receipt: the description of one stored object. The signer seals it, a page submits it, and
 * the application's server reads it.
 *
 * @module
 */

import type { ObjectChecksum } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'

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
  /** What the content was compared with; missing where the store returned no checksum. */
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
  /** When the signer completed the upload. */
  readonly completedAt: Date
}

/** Writes a receipt as the text that is sealed. */
export function formatReceipt({ completedAt, ...receipt }: Receipt): string {
  return JSON.stringify({ v: 1, ...receipt, completedAt: completedAt.getTime() })
}

/**
 * Reads what `formatReceipt` wrote. Only a holder of the key can have sealed it, so an unknown form
 * comes from another version.
 *
 * @throws {UploadError} `RECEIPT_INVALID`
 */
export function parseReceipt(text: string): Receipt {
  const { v, completedAt, ...receipt } = JSON.parse(text)
  if (v === 1) return { ...receipt, completedAt: new Date(completedAt) }
  throw new UploadError('RECEIPT_INVALID', 'receipt was sealed by another version of the signer')
}
