/**
 * DeleteObject and DeleteObjects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 * @module
 */

import { childrenOf, S3Error, textOf, type XmlElement } from '../s3/index.ts'
import { type Answer, emptyAnswer, text, xmlAnswer } from './answer.ts'
import { bucketOf, type Call, keyOf } from './call.ts'
import { unquote, writeConditions } from './conditions.ts'
import { parseDocument, readDocument } from './document.ts'

const MAX_KEYS = 1000

export async function deleteObject(call: Call): Promise<Answer> {
  await bucketOf(call).delete(keyOf(call), writeConditions(call.request.headers))
  return emptyAnswer(204)
}

export async function deleteObjects(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const { targets, quiet } = parseDelete(await readDocument(call, { needsDigest: true }))
  const results: XmlElement[] = []
  for (const { key, etag } of targets) {
    try {
      await bucket.delete(key, etag === undefined ? {} : { ifMatch: unquote(etag) })
      if (!quiet) results.push({ name: 'Deleted', children: [text('Key', key)] })
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      const children = [text('Key', key), text('Code', error.code), text('Message', error.message)]
      results.push({ name: 'Error', children })
    }
  }
  return xmlAnswer('DeleteResult', results)
}

function parseDelete(document: string) {
  const root = parseDocument(document, 'Delete')
  const targets = childrenOf(root, 'Object').map((object) => {
    const key = textOf(object, 'Key')
    if (!key) throw new S3Error('MalformedXML')
    return { key, etag: textOf(object, 'ETag') }
  })
  if (targets.length < 1 || targets.length > MAX_KEYS) throw new S3Error('MalformedXML')
  return { targets, quiet: textOf(root, 'Quiet') === 'true' }
}
