/**
 * `objectDefaults`: headers and tags for each new object, such as its encryption, storage class and
 * Cache-Control.
 *
 * The signer signs them into every form, URL and multipart upload, so clients can neither omit nor
 * change them. Some organizations' policies require such headers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @module
 */

import { checkMembers, type JsonRecord, readRecord, show, typeError } from './json-value.ts'

/** Headers and tags that S3 stores with each new object. */
export interface ObjectDefaults {
  /**
   * `AES256`, or an AWS KMS key with one layer of encryption (`aws:kms`) or two (`aws:kms:dsse`).
   * The store must support the header.
   * @default - the bucket's own encryption
   */
  readonly serverSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /**
   * The KMS key's id or ARN, for `aws:kms` and `aws:kms:dsse`.
   * @default - the account's `aws/s3` key
   */
  readonly sseKmsKeyId?: string
  /**
   * Whether S3 uses a bucket key, which reduces the number of KMS calls. Only for `aws:kms`.
   * @default - the bucket's setting
   */
  readonly bucketKeyEnabled?: boolean
  /**
   * Only classes with immediate access are allowed, because the arrival handler reads each object.
   * Use a lifecycle rule to archive objects.
   * @default 'STANDARD'
   */
  readonly storageClass?:
    | 'STANDARD'
    | 'STANDARD_IA'
    | 'ONEZONE_IA'
    | 'INTELLIGENT_TIERING'
    | 'GLACIER_IR'
    | 'REDUCED_REDUNDANCY'
  /**
   * Up to seven tags by name. Names that begin with `waybill` are reserved, because Waybill itself
   * writes up to three tags. The credentials need `s3:PutObjectTagging`.
   */
  readonly tags?: Readonly<Record<string, string>>
  /** Printable ASCII, such as `private, max-age=3600`. */
  readonly cacheControl?: string
}

export type Tag = readonly [name: string, value: string]

export interface FixedFields {
  /** Form fields of a presigned POST, or headers of a PUT and of CreateMultipartUpload. */
  readonly fields: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
}

const SSE = 'x-amz-server-side-encryption'
const ENCRYPTIONS = ['AES256', 'aws:kms', 'aws:kms:dsse']
const CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'REDUCED_REDUNDANCY',
]
const MEMBERS = {
  serverSideEncryption: true,
  sseKmsKeyId: true,
  bucketKeyEnabled: true,
  storageClass: true,
  tags: true,
  cacheControl: true,
} satisfies Record<keyof ObjectDefaults, true>

/** S3 allows ten tags, and Waybill itself writes up to three. */
const MAX_TAGS = 7
/**
 * Maximum total size of names and values, in bytes. They appear in the form and, base64-encoded, in
 * its policy. S3 accepts 20 KB of form fields before the file. With a session token of 4 KB and a
 * key of maximum length, the other fields take up 19 KB of that.
 */
const MAX_SIZE = 640

/**
 * @param at - Name of the option or setting in error messages.
 * @throws {TypeError} If a property is unknown or invalid, or needs another property that is
 *   missing.
 * @throws {RangeError} If there are too many tags, or if the names and values are too long for a
 *   form.
 */
export function readObjectDefaults(given: unknown, at = 'objectDefaults'): FixedFields {
  if (given === undefined) return { fields: {}, tags: [] }
  const defaults = readRecord(given, at, typeError)
  checkMembers(defaults, at, Object.keys(MEMBERS))
  const storageClass = oneOf(`${at}.storageClass`, defaults.storageClass, CLASSES)
  const fields = {
    ...encryptionFields(defaults, at),
    ...(storageClass === undefined ? {} : { 'x-amz-storage-class': storageClass }),
    ...cacheFields(defaults.cacheControl, `${at}.cacheControl`),
  }
  const tags = readTags(defaults.tags, `${at}.tags`)
  checkSize([...Object.entries(fields), ...tags], at)
  return { fields, tags }
}

function encryptionFields(defaults: JsonRecord, at: string): Record<string, string> {
  const { sseKmsKeyId, bucketKeyEnabled } = defaults
  const method = oneOf(`${at}.serverSideEncryption`, defaults.serverSideEncryption, ENCRYPTIONS)
  if (sseKmsKeyId !== undefined) {
    if (typeof sseKmsKeyId !== 'string' || !/^[\w:/-]{1,256}$/.test(sseKmsKeyId)) {
      throw typeError(`${at}.sseKmsKeyId is ${show(sseKmsKeyId)}, expected an id or ARN of a key`)
    }
    if (!method?.startsWith('aws:kms')) {
      throw typeError(`${at}.sseKmsKeyId needs serverSideEncryption 'aws:kms' or 'aws:kms:dsse'`)
    }
  }
  if (bucketKeyEnabled !== undefined) {
    if (typeof bucketKeyEnabled !== 'boolean') {
      throw typeError(`${at}.bucketKeyEnabled is ${show(bucketKeyEnabled)}, expected true or false`)
    }
    if (method !== 'aws:kms') {
      throw typeError(`${at}.bucketKeyEnabled needs serverSideEncryption 'aws:kms'`)
    }
  }
  return {
    ...(method === undefined ? {} : { [SSE]: method }),
    ...(sseKmsKeyId === undefined ? {} : { [`${SSE}-aws-kms-key-id`]: sseKmsKeyId }),
    ...(bucketKeyEnabled === undefined
      ? {}
      : { [`${SSE}-bucket-key-enabled`]: String(bucketKeyEnabled) }),
  }
}

function cacheFields(value: unknown, at: string): Record<string, string> {
  if (value === undefined) return {}
  if (typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) {
    return { 'Cache-Control': value }
  }
  throw typeError(`${at} is ${show(value)}, expected such as 'private, max-age=3600'`)
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const TAG_TEXT = '^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$'

function readTags(value: unknown, at: string): Tag[] {
  if (value === undefined) return []
  // A regex literal would be parsed at every start, and few signers have tags.
  const tagText = new RegExp(TAG_TEXT, 'u')
  const tags = Object.entries(readRecord(value, at, typeError)).map(([name, text]): Tag => {
    if (name.length < 1 || name.length > 128 || !tagText.test(name) || /^aws:/i.test(name)) {
      throw typeError(`${at} has the name ${show(name)}, expected one that S3 takes`)
    }
    if (name.startsWith('waybill')) {
      throw typeError(`${at} has the name '${name}', expected none that begins with 'waybill'`)
    }
    if (typeof text !== 'string' || text.length > 256 || !tagText.test(text)) {
      throw typeError(`${at}.${name} is ${show(text)}, expected a value that S3 takes`)
    }
    return [name, text]
  })
  if (tags.length <= MAX_TAGS) return tags
  throw new RangeError(
    `${at} are ${tags.length}, at most ${MAX_TAGS} are allowed: S3 accepts ten including Waybill's own`,
  )
}

function checkSize(pairs: readonly Tag[], at: string): void {
  const text = pairs.map(([name, value]) => name + value).join('')
  const size = new TextEncoder().encode(text).length
  if (size <= MAX_SIZE) return
  throw new RangeError(
    `${at} is ${size} bytes of names and values, at most ${MAX_SIZE} are allowed: S3 accepts forms of 20 KB`,
  )
}

function oneOf(at: string, value: unknown, allowed: readonly string[]): string | undefined {
  if (value === undefined) return undefined
  const found = allowed.find((each) => each === value)
  if (found !== undefined) return found
  throw typeError(`${at} is ${show(value)}, expected ${allowed.join(', ')}`)
}
