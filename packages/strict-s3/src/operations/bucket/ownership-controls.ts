/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import { isObjectOwnership } from '../../access/acl.ts'
import { readXml } from '../../body/document.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../../message/response.ts'
import { invalidWithOwnership } from '../acl.ts'
import type { BucketCall } from '../call.ts'

export function getOwnershipControls({ bucket }: BucketCall): S3Response {
  const { objectOwnership = 'BucketOwnerEnforced' } = bucket.record
  if (objectOwnership === 'removed') {
    throw new S3Error(
      'OwnershipControlsNotFoundError',
      'The bucket ownership controls were not found',
      { BucketName: bucket.name },
      404,
    )
  }
  const rule = { name: 'Rule', children: [text('ObjectOwnership', objectOwnership)] }
  return xmlResponse('OwnershipControls', [rule])
}

/** The ACLs of objects stay stored, and count again once ACLs are enabled again. */
export async function putOwnershipControls(call: BucketCall): Promise<S3Response> {
  const [rule, second] = childrenOf(await readXml(call), 'Rule')
  const objectOwnership = (rule && textOf(rule, 'ObjectOwnership')) ?? ''
  if (second || !isObjectOwnership(objectOwnership)) throw new S3Error('MalformedXML')
  await call.bucket.update((record) => {
    if (objectOwnership === 'BucketOwnerEnforced' && record.acl) throw invalidWithOwnership()
    return { ...record, objectOwnership }
  })
  return emptyResponse(200)
}

export async function deleteOwnershipControls({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update((record) => ({ ...record, objectOwnership: 'removed' }))
  return emptyResponse(204)
}
