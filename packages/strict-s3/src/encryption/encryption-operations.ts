/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { readXml } from '../body/document.ts'
import { notImplemented } from '../message/refusal.ts'
import {
  emptyResponse,
  maybeText,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import type { BucketCall } from '../operations/call.ts'
import { type BucketEncryption, isEncryptionAlgorithm } from './encryption.ts'

/** Every S3 bucket has had a default encryption since January 2023. */
const DEFAULT_ENCRYPTION: BucketEncryption = { algorithm: 'AES256', bucketKey: false }

export function getBucketEncryption({ bucket }: BucketCall): S3Response {
  const { encryption = DEFAULT_ENCRYPTION } = bucket.record
  return xmlResponse('ServerSideEncryptionConfiguration', [ruleXml(encryption)])
}

export async function putBucketEncryption(call: BucketCall): Promise<S3Response> {
  const encryption = parseEncryption(await readXml(call))
  await call.bucket.update((record) => ({ ...record, encryption }))
  return emptyResponse(200)
}

/** Restores the default. */
export async function deleteBucketEncryption({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update(({ encryption, ...rest }) => rest)
  return emptyResponse(204)
}

function parseEncryption(root: XmlElement): BucketEncryption {
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
  checkBlocked(childOf(rule, 'BlockedEncryptionTypes'))
  return {
    algorithm,
    ...(keyId === undefined ? {} : { keyId }),
    bucketKey: flag(textOf(rule, 'BucketKeyEnabled')),
  }
}

function flag(value = 'false'): boolean {
  if (value === 'true' || value === 'false') return value === 'true'
  throw new S3Error('MalformedXML')
}

/** New buckets block SSE-C, and it cannot be unblocked here. */
function checkBlocked(element: XmlElement | undefined): void {
  if (!element) return
  const types = childrenOf(element, 'EncryptionType').map((each) => each.text ?? '')
  if (!types.every((each) => each === 'SSE-C' || each === 'NONE')) throw new S3Error('MalformedXML')
  if (types.includes('SSE-C')) return
  throw notImplemented('SSE-C: leave out BlockedEncryptionTypes, and use SSE-S3 or SSE-KMS instead')
}

function ruleXml({ algorithm, keyId, bucketKey }: BucketEncryption): XmlElement {
  const children = [
    text('BucketKeyEnabled', bucketKey),
    {
      name: 'ApplyServerSideEncryptionByDefault',
      children: [text('SSEAlgorithm', algorithm), ...maybeText('KMSMasterKeyID', keyId)],
    },
    { name: 'BlockedEncryptionTypes', children: [text('EncryptionType', 'SSE-C')] },
  ]
  return { name: 'Rule', children }
}
