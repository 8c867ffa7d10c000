/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { readXml } from '../body/document.ts'
import {
  emptyResponse,
  maybeText,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import type { BucketCall } from '../operations/call.ts'
import { type CorsRule, checkCorsRules, isCorsMethod } from './cors-rule.ts'

export function getBucketCors({ bucket }: BucketCall): S3Response {
  const { cors } = bucket.record
  if (!cors) {
    throw new S3Error('NoSuchCORSConfiguration', undefined, { BucketName: bucket.name })
  }
  return xmlResponse('CORSConfiguration', cors.map(ruleXml))
}

export async function putBucketCors(call: BucketCall): Promise<S3Response> {
  const rules = childrenOf(await readXml(call), 'CORSRule').map(parseRule)
  const cors = checkCorsRules(rules)
  await call.bucket.update((record) => ({ ...record, cors }))
  return emptyResponse(200)
}

export async function deleteBucketCors({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update(({ cors, ...rest }) => rest)
  return emptyResponse(204)
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
