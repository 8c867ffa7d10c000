/**
 * Storage classes only affect responses. All objects are stored alike.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/refusal.ts'

const STANDARD = 'STANDARD'

/** Objects in these classes can be read at any time. */
const READABLE: ReadonlySet<string> = new Set([
  'GLACIER_IR',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
])

/** This server does not support these classes: archives, and classes of other bucket types. */
const OTHERS: ReadonlySet<string> = new Set([
  'DEEP_ARCHIVE',
  'EXPRESS_ONEZONE',
  'FSX_ONTAP',
  'FSX_OPENZFS',
  'GLACIER',
  'SNOW',
])

export interface Classed {
  /** Not set for STANDARD. */
  readonly storageClass?: string
}

/**
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `InvalidStorageClass`, `NotImplemented`
 */
export function requestedClass(values: Readonly<Record<string, string>>): Classed {
  const asked = values['x-amz-storage-class'] ?? STANDARD
  if (asked === STANDARD) return {}
  if (READABLE.has(asked)) return { storageClass: asked }
  if (OTHERS.has(asked)) throw notImplemented(`x-amz-storage-class: ${asked}`)
  throw new S3Error('InvalidStorageClass', undefined, { StorageClassRequested: asked })
}

/** In XML documents, S3 also includes STANDARD. */
export function className({ storageClass = STANDARD }: Classed): string {
  return storageClass
}

/** S3 sends no header for STANDARD. */
export function classHeader({ storageClass }: Classed): Record<string, string> {
  return storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }
}
