/**
 * The default encryption of a bucket, and its XML document.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { maybeText, text } from '../message/response.ts'
import { type BucketEncryption, isEncryptionAlgorithm } from './encryption.ts'

/** The default encryption of a bucket without a configuration. */
export const DEFAULT_ENCRYPTION: BucketEncryption = {
  algorithm: 'AES256',
  bucketKey: false,
  blocked: ['SSE-C'],
}

/**
 * Parses the document.
 *
 * @throws {S3Error} `MalformedXML`, `InvalidArgument`
 */
export function parseBucketEncryption(root: XmlElement): BucketEncryption {
  const [rule, second] = childrenOf(root, 'Rule')
  if (!rule || second) throw new S3Error('MalformedXML')
  const applied = childOf(rule, 'ApplyServerSideEncryptionByDefault')
  const algorithm = applied ? (textOf(applied, 'SSEAlgorithm') ?? '') : 'AES256'
  if (!isEncryptionAlgorithm(algorithm)) throw new S3Error('MalformedXML')
  const keyId = applied && textOf(applied, 'KMSMasterKeyID')
  if (keyId !== undefined && algorithm === 'AES256') {
    throw new S3Error(
      'InvalidArgument',
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
    )
  }
  return {
    algorithm,
    ...(keyId === undefined ? {} : { keyId }),
    bucketKey: flag(textOf(rule, 'BucketKeyEnabled')),
    blocked: parseBlocked(childOf(rule, 'BlockedEncryptionTypes')),
  }
}

function flag(value = 'false'): boolean {
  if (value === 'true' || value === 'false') return value === 'true'
  throw new S3Error('MalformedXML')
}

function parseBlocked(element: XmlElement | undefined): readonly string[] {
  if (!element) return DEFAULT_ENCRYPTION.blocked
  const types = childrenOf(element, 'EncryptionType').map((each) => each.text ?? '')
  if (types.every((each) => each === 'SSE-C' || each === 'NONE')) return types
  throw new S3Error('MalformedXML')
}

/** Makes the children of the document. */
export function bucketEncryptionXml(encryption: BucketEncryption): XmlElement[] {
  const { algorithm, keyId, bucketKey, blocked } = encryption
  const children = [
    text('BucketKeyEnabled', bucketKey),
    {
      name: 'ApplyServerSideEncryptionByDefault',
      children: [text('SSEAlgorithm', algorithm), ...maybeText('KMSMasterKeyID', keyId)],
    },
    {
      name: 'BlockedEncryptionTypes',
      children: blocked.map((each) => text('EncryptionType', each)),
    },
  ]
  return [{ name: 'Rule', children }]
}
