/**
 * GetBucketEncryption, PutBucketEncryption, DeleteBucketEncryption.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
 * @module
 */

import { parseDocument, readDocument } from '../../body/document.ts'
import {
  bucketEncryptionXml,
  DEFAULT_ENCRYPTION,
  parseBucketEncryption,
} from '../../encryption/bucket-encryption.ts'
import { type Answer, emptyAnswer, xmlAnswer } from '../../message/response.ts'
import { bucketOf, type Call } from '../call.ts'

const DOCUMENT = 'ServerSideEncryptionConfiguration'

/**
 * GetBucketEncryption: returns the default encryption, which every bucket has since January 2023.
 */
export function getBucketEncryption(call: Call): Answer {
  const { encryption = DEFAULT_ENCRYPTION } = bucketOf(call).record
  return xmlAnswer(DOCUMENT, bucketEncryptionXml(encryption))
}

/** PutBucketEncryption: replaces the default encryption. */
export async function putBucketEncryption(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const encryption = parseBucketEncryption(parseDocument(await readDocument(call), DOCUMENT))
  await bucket.update((record) => ({ ...record, encryption }))
  return emptyAnswer(200)
}

/** DeleteBucketEncryption: resets the default encryption. */
export async function deleteBucketEncryption(call: Call): Promise<Answer> {
  await bucketOf(call).update(({ encryption, ...rest }) => rest)
  return emptyAnswer(204)
}
