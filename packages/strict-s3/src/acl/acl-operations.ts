/**
 * Operations about ACLs and object ownership. With object ownership `BucketOwnerEnforced`, the default, ACLs can be read
 * but not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { readDocument, readXml } from '../body/document.ts'
import { queryOf } from '../message/request.ts'
import { emptyResponse, owner, type S3Response, text, xmlResponse } from '../message/response.ts'
import { amended } from '../notifications/object-change.ts'
import { readVersionHeader } from '../objects/object-headers.ts'
import type { BucketCall, ObjectCall } from '../operations/call.ts'
import {
  type Acl,
  type Grant,
  isObjectOwnership,
  isOwnerOnly,
  OWNER_ONLY,
  usesAcls,
} from './acl.ts'
import { aclOfDocument, aclOfHeaders, checkAcl, invalidWithOwnership } from './requested-acl.ts'

type Values = Readonly<Record<string, string>>

export function getBucketAcl({ bucket: { record } }: BucketCall): S3Response {
  return aclResponse(usesAcls(record) ? record.acl : undefined)
}

export function getObjectAcl({ bucket, key, request }: ObjectCall): S3Response {
  const object = bucket.current(key, queryOf(request, 'versionId'))
  const acl = usesAcls(bucket.record) ? object.acl : undefined
  return aclResponse(acl, readVersionHeader(bucket, object))
}

export async function putBucketAcl(call: BucketCall): Promise<S3Response> {
  const { bucket } = call
  const acl = await readAcl(call)
  checkAcl(acl, bucket.record, 's3:PutBucketAcl')
  await bucket.update((record) => withAcl(record, acl))
  return emptyResponse(200)
}

export async function putObjectAcl(call: ObjectCall): Promise<S3Response> {
  const { bucket, key, request } = call
  const acl = await readAcl(call)
  const versionId = queryOf(request, 'versionId')
  bucket.amendable(key, versionId, request.method)
  checkAcl(acl, bucket.record, 's3:PutObjectAcl')
  const object = await bucket.amend(key, versionId, (record) => {
    // Another object may have taken the place of the one that the caller may change.
    call.authorize('PutObjectAcl', { bucket, key, ...(versionId !== undefined && { versionId }) })
    return withAcl(record, acl)
  })
  call.service.announcer.announce(amended(call, object, 'ObjectAcl:Put'))
  return emptyResponse(200, readVersionHeader(bucket, object))
}

/** Reads the ACL from the headers or the body. */
async function readAcl(call: BucketCall): Promise<Acl> {
  const inHeaders = aclOfHeaders(call.request.headers)
  const document = await readDocument(call)
  if (inHeaders && document !== '') throw new S3Error('UnexpectedContent')
  if (inHeaders) return inHeaders
  if (document !== '') return aclOfDocument(document)
  throw new S3Error('MissingSecurityHeader', 'Your request was missing a required header', {
    MissingHeaderName: 'x-amz-acl',
  })
}

function withAcl<T extends { readonly acl?: Acl }>({ acl: _, ...record }: T, acl: Acl) {
  return isOwnerOnly(acl) ? record : { ...record, acl }
}

function aclResponse(acl: Acl = OWNER_ONLY, headers: Values = {}): S3Response {
  return xmlResponse(
    'AccessControlPolicy',
    [owner(), { name: 'AccessControlList', children: acl.map(grantXml) }],
    headers,
  )
}

function grantXml({ grantee, permission }: Grant): XmlElement {
  const isUser = 'id' in grantee
  const element = {
    name: 'Grantee',
    attributes: {
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:type': isUser ? 'CanonicalUser' : 'Group',
    },
    children: [isUser ? text('ID', grantee.id) : text('URI', grantee.group)],
  }
  return { name: 'Grant', children: [element, text('Permission', permission)] }
}

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
