/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { readXml } from '../../body/document.ts'
import { notImplemented } from '../../message/not-implemented.ts'
import { emptyResponse, maybeText, type S3Response, xmlResponse } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'
import { checkVersioningCanChange } from './object-lock.ts'

export function getBucketVersioning({ bucket }: BucketCall): S3Response {
  const { versioning } = bucket.record
  return xmlResponse('VersioningConfiguration', maybeText('Status', versioning))
}

export async function putBucketVersioning(call: BucketCall): Promise<S3Response> {
  const root = await readXml(call)
  const status = textOf(root, 'Status')
  if (textOf(root, 'MfaDelete') === 'Enabled') throw notImplemented('MFA delete')
  if (status !== 'Enabled' && status !== 'Suspended') {
    if (status) throw new S3Error('MalformedXML')
    throw new S3Error(
      'IllegalVersioningConfigurationException',
      'The Versioning element must be specified',
      {},
      400,
    )
  }
  await call.bucket.update((record) => {
    checkVersioningCanChange(record, status)
    return { ...record, versioning: status }
  })
  return emptyResponse(200)
}
