/**
 * GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration, DeleteBucketLifecycle.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { parseDocument, readDocument } from '../../body/document.ts'
import { type Answer, emptyAnswer, xmlAnswer } from '../../message/response.ts'
import { forgetSweep } from '../../lifecycle/lifecycle-sweep.ts'
import { ruleXml } from '../../lifecycle/lifecycle-xml.ts'
import { parseRules } from '../../lifecycle/parse-rules.ts'
import { bucketOf, type Call } from '../call.ts'

/** GetBucketLifecycleConfiguration: returns the lifecycle rules. */
export function getBucketLifecycle(call: Call): Answer {
  const bucket = bucketOf(call)
  const { lifecycle } = bucket.record
  if (!lifecycle) {
    throw new S3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: bucket.name })
  }
  return xmlAnswer('LifecycleConfiguration', lifecycle.map(ruleXml))
}

/** PutBucketLifecycleConfiguration: replaces the lifecycle rules. */
export async function putBucketLifecycle(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const document = await readDocument(call, { needsDigest: 'Content-MD5' })
  const lifecycle = parseRules(parseDocument(document, 'LifecycleConfiguration'))
  await bucket.update((record) => ({ ...record, lifecycle }))
  forgetSweep(bucket)
  return emptyAnswer(200)
}

/** DeleteBucketLifecycle: removes the lifecycle rules. */
export async function deleteBucketLifecycle(call: Call): Promise<Answer> {
  await bucketOf(call).update(({ lifecycle, ...rest }) => rest)
  return emptyAnswer(204)
}
