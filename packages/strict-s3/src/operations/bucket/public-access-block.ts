/**
 * GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { parseDocument, readDocument } from '../../body/document.ts'
import { type Answer, emptyAnswer, text, xmlAnswer } from '../../message/response.ts'
import { bucketOf, type Call } from '../call.ts'

/** GetPublicAccessBlock: returns the settings. */
export function getPublicAccessBlock(call: Call): Answer {
  const { publicAccessBlock: block, name } = bucketOf(call).record
  if (!block) {
    throw new S3Error('NoSuchPublicAccessBlockConfiguration', undefined, { BucketName: name })
  }
  return xmlAnswer('PublicAccessBlockConfiguration', [
    text('BlockPublicAcls', block.blockPublicAcls),
    text('IgnorePublicAcls', block.ignorePublicAcls),
    text('BlockPublicPolicy', block.blockPublicPolicy),
    text('RestrictPublicBuckets', block.restrictPublicBuckets),
  ])
}

/** PutPublicAccessBlock: replaces the settings. */
export async function putPublicAccessBlock(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const document = await readDocument(call)
  const root = parseDocument(document, 'PublicAccessBlockConfiguration')
  const isOn = (name: string) => textOf(root, name)?.toLowerCase() === 'true'
  const publicAccessBlock = {
    blockPublicAcls: isOn('BlockPublicAcls'),
    ignorePublicAcls: isOn('IgnorePublicAcls'),
    blockPublicPolicy: isOn('BlockPublicPolicy'),
    restrictPublicBuckets: isOn('RestrictPublicBuckets'),
  }
  await bucket.update((record) => ({ ...record, publicAccessBlock }))
  return emptyAnswer(200)
}

/** DeletePublicAccessBlock: removes the settings. */
export async function deletePublicAccessBlock(call: Call): Promise<Answer> {
  await bucketOf(call).update(({ publicAccessBlock, ...rest }) => rest)
  return emptyAnswer(204)
}
