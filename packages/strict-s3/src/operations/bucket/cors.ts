/**
 * GetBucketCors, PutBucketCors, DeleteBucketCors.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { ANY_DIGEST, parseDocument, readDocument } from '../../body/document.ts'
import { checkCorsRules, isCorsMethod } from '../../cors/check-cors-rules.ts'
import type { CorsRule } from '../../cors/cors-rule.ts'
import { type Answer, emptyAnswer, maybeText, text, xmlAnswer } from '../../message/response.ts'
import { bucketOf, type Call } from '../call.ts'

/** GetBucketCors: returns the CORS rules. */
export function getBucketCors(call: Call): Answer {
  const bucket = bucketOf(call)
  const { cors } = bucket.record
  if (!cors) {
    throw new S3Error('NoSuchCORSConfiguration', undefined, { BucketName: bucket.name })
  }
  return xmlAnswer('CORSConfiguration', cors.map(ruleXml))
}

/** PutBucketCors: replaces the CORS rules. */
export async function putBucketCors(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const root = parseDocument(
    await readDocument(call, { needsDigest: ANY_DIGEST }),
    'CORSConfiguration',
  )
  const cors = checkCorsRules(childrenOf(root, 'CORSRule').map(parseRule))
  await bucket.update((record) => ({ ...record, cors }))
  return emptyAnswer(200)
}

/** DeleteBucketCors: removes the CORS rules. */
export async function deleteBucketCors(call: Call): Promise<Answer> {
  await bucketOf(call).update(({ cors, ...rest }) => rest)
  return emptyAnswer(204)
}

function parseRule(element: XmlElement): CorsRule {
  const texts = (name: string) => childrenOf(element, name).map((each) => each.text ?? '')
  const methods = texts('AllowedMethod').map((method) => {
    if (isCorsMethod(method)) return method
    throw new S3Error(
      'InvalidRequest',
      `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    )
  })
  const maxAge = textOf(element, 'MaxAgeSeconds')
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge)) throw new S3Error('MalformedXML')
  const id = textOf(element, 'ID')
  return {
    ...(id === undefined ? {} : { id }),
    allowedOrigins: texts('AllowedOrigin'),
    allowedMethods: methods,
    allowedHeaders: texts('AllowedHeader'),
    exposeHeaders: texts('ExposeHeader'),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) }),
  }
}

function ruleXml(rule: CorsRule): XmlElement {
  return {
    name: 'CORSRule',
    children: [
      ...maybeText('ID', rule.id),
      ...(rule.allowedHeaders ?? []).map((each) => text('AllowedHeader', each)),
      ...rule.allowedMethods.map((each) => text('AllowedMethod', each)),
      ...rule.allowedOrigins.map((each) => text('AllowedOrigin', each)),
      ...(rule.exposeHeaders ?? []).map((each) => text('ExposeHeader', each)),
      ...maybeText('MaxAgeSeconds', rule.maxAgeSeconds),
    ],
  }
}
