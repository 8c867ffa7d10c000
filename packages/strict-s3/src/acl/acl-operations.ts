/**
 * Operations about ACLs and object ownership. As in new buckets on AWS, ACLs are disabled: they can be
 * read but not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import { parseDocument, readDocument, readXml } from '../body/document.ts'
import { OWNER_ID } from '../message/account.ts'
import { queryOf } from '../message/request.ts'
import { emptyResponse, owner, type S3Response, text, xmlResponse } from '../message/response.ts'
import { readVersionHeader } from '../objects/object-headers.ts'
import type { BucketCall, ObjectCall } from '../operations/call.ts'
import { aclsNotImplemented, isObjectOwnership, refuseAcl, requestedAcl } from './requested-acl.ts'

export function getBucketAcl(): S3Response {
  return aclResponse()
}

export function getObjectAcl({ bucket, key, request }: ObjectCall): S3Response {
  const object = bucket.current(key, queryOf(request, 'versionId'))
  return aclResponse(readVersionHeader(bucket, object))
}

function aclResponse(headers: Readonly<Record<string, string>> = {}): S3Response {
  const grantee = {
    name: 'Grantee',
    attributes: {
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:type': 'CanonicalUser',
    },
    children: [text('ID', OWNER_ID)],
  }
  const grant = { name: 'Grant', children: [grantee, text('Permission', 'FULL_CONTROL')] }
  const list = { name: 'AccessControlList', children: [grant] }
  return xmlResponse('AccessControlPolicy', [owner(), list], headers)
}

export async function putBucketAcl(call: BucketCall): Promise<never> {
  await checkAcl(call)
  return refuseAcl(call.bucket.record)
}

export async function putObjectAcl(call: ObjectCall): Promise<never> {
  const { bucket, key, request } = call
  await checkAcl(call)
  bucket.amendable(key, queryOf(request, 'versionId'), request.method)
  return refuseAcl(bucket.record)
}

/** Checks the ACL in the headers or the body. */
async function checkAcl(call: BucketCall): Promise<void> {
  const isInHeaders = requestedAcl(call.request.headers) !== undefined
  const document = await readDocument(call)
  if (document !== '') {
    if (isInHeaders) throw new S3Error('UnexpectedContent')
    parseDocument(document, 'AccessControlPolicy')
  } else if (!isInHeaders) {
    throw new S3Error('MissingSecurityHeader', 'Your request was missing a required header', {
      MissingHeaderName: 'x-amz-acl',
    })
  }
}

export function getOwnershipControls({ bucket }: BucketCall): S3Response {
  if (bucket.record.ownershipControls === 'removed') {
    throw new S3Error(
      'OwnershipControlsNotFoundError',
      'The bucket ownership controls were not found',
      { BucketName: bucket.name },
      404,
    )
  }
  const rule = { name: 'Rule', children: [text('ObjectOwnership', 'BucketOwnerEnforced')] }
  return xmlResponse('OwnershipControls', [rule])
}

export async function putOwnershipControls(call: BucketCall): Promise<S3Response> {
  const [rule, second] = childrenOf(await readXml(call), 'Rule')
  const ownership = (rule && textOf(rule, 'ObjectOwnership')) ?? ''
  if (second || !isObjectOwnership(ownership)) throw new S3Error('MalformedXML')
  if (ownership !== 'BucketOwnerEnforced') throw aclsNotImplemented()
  await call.bucket.update(({ ownershipControls, ...record }) => record)
  return emptyResponse(200)
}

export async function deleteOwnershipControls({ bucket }: BucketCall): Promise<S3Response> {
  await bucket.update((record) => ({ ...record, ownershipControls: 'removed' }))
  return emptyResponse(204)
}
