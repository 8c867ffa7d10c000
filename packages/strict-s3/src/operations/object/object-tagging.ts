/**
 * GetObjectTagging, PutObjectTagging, DeleteObjectTagging.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
 * @module
 */

import { authorize } from '../../access/authorize.ts'
import { parseDocument, readDocument } from '../../body/document.ts'
import { parseTagging, taggingXml } from '../../buckets/tags.ts'
import { type Answer, emptyAnswer, xmlAnswer } from '../../message/response.ts'
import { queryOf } from '../../message/request.ts'
import { bucketOf, type Call, keyOf } from '../call.ts'
import { readVersionHeader } from './object-headers.ts'

/** GetObjectTagging: returns the tags of an object. */
export function getObjectTagging(call: Call): Answer {
  const bucket = bucketOf(call)
  const record = bucket.tagged(keyOf(call), versionIdOf(call))
  return xmlAnswer('Tagging', taggingXml(record.tags), readVersionHeader(bucket, record))
}

/**
 * Most bytes of a document; ten tags are far less. The document is read before the request is
 * authorized, and its parsed form is much larger.
 */
const MAX_TAGGING = 64 * 1024

/**
 * PutObjectTagging: replaces all tags. They are read before the authorization, because a bucket
 * policy may have conditions on them.
 */
export async function putObjectTagging(call: Call): Promise<Answer> {
  const document = await readDocument(call, { maxSize: MAX_TAGGING })
  const tags = parseTagging(parseDocument(document, 'Tagging'))
  const [bucket, key, versionId] = [bucketOf(call), keyOf(call), versionIdOf(call)]
  authorize(call, 'PutObjectTagging', { bucket, key, versionId, tags })
  const record = await bucket.tag(key, tags, versionId)
  return emptyAnswer(200, readVersionHeader(bucket, record))
}

/** DeleteObjectTagging: removes all tags. */
export async function deleteObjectTagging(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const record = await bucket.tag(keyOf(call), {}, versionIdOf(call))
  return emptyAnswer(204, readVersionHeader(bucket, record))
}

function versionIdOf({ request }: Call): string | undefined {
  return queryOf(request, 'versionId')
}
