import { Token } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { type ObjectDefaults, readObjectDefaults } from 'waybill/internal/protocol'

/**
 * Headers and tags for each new object: the signer's `ObjectDefaults`, but with a CDK key instead
 * of `sseKmsKeyId`.
 */
export interface ObjectDefaultsProps extends Omit<ObjectDefaults, 'sseKmsKeyId'> {
  /**
   * KMS key that encrypts the objects if `serverSideEncryption` is `aws:kms` or `aws:kms:dsse`.
   * @default - the bucket's key
   */
  readonly encryptionKey?: IKey
}

export interface KeyedProps {
  readonly bucket: IBucket
  readonly encryptionKey?: IKey
  readonly objectDefaults?: ObjectDefaultsProps
}

/**
 * Returns the KMS keys that the objects can be encrypted with. The key for new objects comes first.
 */
export function objectKeys({ bucket, encryptionKey, objectDefaults }: KeyedProps): readonly IKey[] {
  const keys = [objectDefaults?.encryptionKey, encryptionKey ?? bucket.encryptionKey]
  return [...new Set(keys.filter((key) => key !== undefined))]
}

/**
 * If `serverSideEncryption` is `aws:kms` without a key, adds the bucket's own key, because S3 would
 * otherwise use the AWS managed key.
 *
 * @throws {TypeError | RangeError} If the signer would reject the defaults at its first start.
 */
export function objectDefaultsSetting(props: KeyedProps): Record<string, string> {
  if (!props.objectDefaults) return {}
  const { encryptionKey, ...defaults } = props.objectDefaults
  const isKms = defaults.serverSideEncryption?.startsWith('aws:kms') ?? false
  const key = encryptionKey ?? (isKms ? objectKeys(props)[0] : undefined)
  const id = key?.keyArn
  const setting = { ...defaults, ...(id === undefined ? {} : { sseKmsKeyId: id }) }
  // A new key's ARN is unknown at synthesis, so a placeholder of the same length is checked.
  const known = Token.isUnresolved(id) ? 'x'.repeat(ARN_LENGTH) : id
  readObjectDefaults({ ...setting, ...(known === undefined ? {} : { sseKmsKeyId: known }) })
  return { WAYBILL_OBJECT_DEFAULTS: JSON.stringify(setting) }
}

/** Length of `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/` and an id of 36 characters. */
const ARN_LENGTH = 87
