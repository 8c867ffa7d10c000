/**
 * Headers and tags of each new object, as props.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { type ObjectDefaults, readObjectDefaults } from 'waybill/internal/object-defaults'

/** Headers and tags of each new object: the signer's `ObjectDefaults`, with a CDK key. */
export interface ObjectDefaultsProps extends Omit<ObjectDefaults, 'sseKmsKeyId'> {
  /**
   * KMS key of the objects, with `aws:kms` and `aws:kms:dsse`.
   * @default - the bucket's own
   */
  readonly encryptionKey?: IKey
}

/** The props that name the keys of new objects. */
export interface KeyedProps {
  readonly bucket: IBucket
  readonly encryptionKey?: IKey
  readonly objectDefaults?: ObjectDefaultsProps
}

/**
 * Returns each key that the bucket's objects may be encrypted with, starting with the key for new
 * objects.
 */
export function objectKeys({ bucket, encryptionKey, objectDefaults }: KeyedProps): readonly IKey[] {
  const keys = [objectDefaults?.encryptionKey, encryptionKey ?? bucket.encryptionKey]
  return [...new Set(keys.filter((key) => key !== undefined))]
}

/**
 * Formats the setting `WAYBILL_OBJECT_DEFAULTS`.
 *
 * For `aws:kms` without a key S3 would use the account's own key, so the setting names the bucket's
 * key.
 *
 * @returns JSON; nothing if there are no defaults.
 * @throws {TypeError | RangeError} If the signer would reject them at its first start.
 */
export function objectDefaultsSetting(props: KeyedProps): Record<string, string> {
  if (!props.objectDefaults) return {}
  const { encryptionKey, ...defaults } = props.objectDefaults
  const isKms = defaults.serverSideEncryption?.startsWith('aws:kms') ?? false
  const key = encryptionKey ?? (isKms ? objectKeys(props)[0] : undefined)
  const id = key?.keyArn
  const setting = { ...defaults, ...(id === undefined ? {} : { sseKmsKeyId: id }) }
  // Only CloudFormation knows a new key's ARN. This reserves space for one of the usual length.
  const known = Token.isUnresolved(id) ? 'x'.repeat(ARN_LENGTH) : id
  readObjectDefaults({ ...setting, ...(known === undefined ? {} : { sseKmsKeyId: known }) })
  return { WAYBILL_OBJECT_DEFAULTS: JSON.stringify(setting) }
}

/** `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/` and an id of 36 characters. */
const ARN_LENGTH = 87
