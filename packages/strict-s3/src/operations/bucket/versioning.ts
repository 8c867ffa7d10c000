/**
 * GetBucketVersioning and PutBucketVersioning.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { parseDocument, readDocument } from '../../body/document.ts'
import { type Answer, emptyAnswer, maybeText, xmlAnswer } from '../../message/response.ts'
import { notImplemented } from '../../message/not-implemented.ts'
import { bucketOf, type Call } from '../call.ts'

/** GetBucketVersioning: returns the versioning state. */
export function getBucketVersioning(call: Call): Answer {
  const { versioning } = bucketOf(call).record
  return xmlAnswer('VersioningConfiguration', maybeText('Status', versioning))
}

/** PutBucketVersioning: enables or suspends versioning. */
export async function putBucketVersioning(call: Call): Promise<Answer> {
  const bucket = bucketOf(call)
  const root = parseDocument(await readDocument(call), 'VersioningConfiguration')
  const status = textOf(root, 'Status')
  if (textOf(root, 'MfaDelete') === 'Enabled') throw notImplemented('MFA delete')
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error(
      'IllegalVersioningConfigurationException',
      'The Versioning element must be specified',
      {},
      400,
    )
  }
  await bucket.update((record) => ({ ...record, versioning: status }))
  return emptyAnswer(200)
}
