/**
 * GetObjectTagging, PutObjectTagging, DeleteObjectTagging.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 * @module
 */

import { authorize } from '../../access/authorize.ts'
import { parseDocument, readDocument } from '../../body/document.ts'
import { parseTagging, taggingXml } from '../../buckets/tags.ts'
import { type Answer, emptyAnswer, xmlAnswer } from '../../http/answer.ts'
import { queryOf } from '../../http/request.ts'
import { bucketOf, type Call, keyOf } from '../call.ts'
import { readVersionHeader } from './written-object.ts'

export function getObjectTagging(call: Call): Answer {
  const bucket = bucketOf(call)
  const record = bucket.tagged(keyOf(call), versionIdOf(call))
  return xmlAnswer('Tagging', taggingXml(record.tags), readVersionHeader(bucket, record))
}

/** Ten tags are far less. It is read before anybody is asked who sent it, and a tree of elements weighs much more. */
const MAX_TAGGING = 64 * 1024

/** Replaces all tags: S3 has no way to change one of them. A policy judges them, so they are read before it is asked. */
export async function putObjectTagging(call: Call): Promise<Answer> {
  const document = await readDocument(call, { maxSize: MAX_TAGGING })
  const tags = parseTagging(parseDocument(document, 'Tagging'))
  const [bucket, key, versionId] = [bucketOf(call), keyOf(call), versionIdOf(call)]
  authorize(call, 'PutObjectTagging', { bucket, key, versionId, tags })
  const record = await bucket.tag(key, tags, versionId)
  return emptyAnswer(200, readVersionHeader(bucket, record))
}

export async function deleteObjectTagging(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const record = await bucket.tag(keyOf(call), {}, versionIdOf(call))
  return emptyAnswer(204, readVersionHeader(bucket, record))
}

function versionIdOf({ request }: Call): string | undefined {
  return queryOf(request, 'versionId')
}
