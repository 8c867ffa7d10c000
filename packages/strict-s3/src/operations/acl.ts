/**
 * Operations about ACLs. With object ownership `BucketOwnerEnforced`, the default, ACLs can be read
 * but not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'
import {
  type Acl,
  type Grant,
  isObjectOwnership,
  isOwnerOnly,
  isPublicAcl,
  OWNER_ONLY,
  usesAcls,
} from '../access/acl.ts'
import { aclOfDocument, aclOfHeaders, hasGrants } from '../access/requested-acl.ts'
import { readDocument } from '../body/document.ts'
import { withReason } from '../message/logged-reason.ts'
import { queryOf } from '../message/request.ts'
import { emptyResponse, owner, type S3Response, text, xmlResponse } from '../message/response.ts'
import { amended } from '../notifications/object-change.ts'
import type { BucketRecord } from '../storage/records.ts'
import type { BucketCall, Call, ObjectCall } from './call.ts'
import { readVersionHeader } from './object/object-headers.ts'

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

/**
 * Reads a new object's ACL.
 *
 * @param values - Headers or form fields, with names in lower case.
 * @returns `{}` if only the owner has access.
 * @throws {S3Error} `AccessControlListNotSupported` if ACLs are disabled, unless only the owner has
 *   access, and `AccessDenied` for a public ACL that the bucket blocks.
 */
export function newObjectAcl(values: Values, bucket: BucketRecord): { readonly acl?: Acl } {
  const acl = aclOfHeaders(values)
  if (!acl || isOwnerOnly(acl)) return {}
  checkAcl(acl, bucket, 's3:PutObject')
  return { acl }
}

function checkAcl(acl: Acl, bucket: BucketRecord, action: string): void {
  if (!usesAcls(bucket)) throw aclsAreOff()
  if (!bucket.publicAccessBlock?.blockPublicAcls || !isPublicAcl(acl)) return
  throw new S3Error(
    'AccessDenied',
    `User is not authorized to perform: ${action} because public access control lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access.`,
  )
}

function aclsAreOff(): S3Error {
  return withReason(
    new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs', {}, 400),
    'as in every new bucket on AWS, ACLs are disabled: give access to nobody but the owner, or start the server with STRICT_S3_OBJECT_OWNERSHIP=ObjectWriter',
  )
}

/**
 * Reads a new bucket's object ownership and ACL.
 *
 * @throws {S3Error} `InvalidArgument`, `InvalidBucketAclWithObjectOwnership`, or
 *   `InvalidBucketAclWithBlockPublicAccessError` for a public ACL, because the public access block
 *   can only be turned off after the bucket was created.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function newBucketAcl({
  request: { headers },
  service: { store },
}: Call): Pick<BucketRecord, 'acl' | 'objectOwnership'> {
  const ownership = headers['x-amz-object-ownership']
  if (ownership !== undefined && !isObjectOwnership(ownership)) {
    throw new S3Error('InvalidArgument', `Invalid x-amz-object-ownership header: ${ownership}`, {
      ArgumentName: 'x-amz-object-ownership',
    })
  }
  const { publicAccessBlock, ...defaults } = store.newBuckets
  const settings = ownership === undefined ? defaults : { objectOwnership: ownership }
  if (!usesAcls(settings)) {
    refuseBucketAcl(headers)
    // Seen on AWS: https://github.com/versity/versitygw/issues/1869
    const isPreferred = ownership === undefined && headers['x-amz-acl'] === 'private'
    return isPreferred ? { objectOwnership: 'BucketOwnerPreferred' } : settings
  }
  const acl = aclOfHeaders(headers) ?? OWNER_ONLY
  if (publicAccessBlock.blockPublicAcls && isPublicAcl(acl)) {
    throw new S3Error(
      'InvalidBucketAclWithBlockPublicAccessError',
      'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
      {},
      400,
    )
  }
  return isOwnerOnly(acl) ? settings : { ...settings, acl }
}

function refuseBucketAcl(headers: Values): void {
  const { 'x-amz-acl': acl = 'private' } = headers
  if ((acl === 'private' || acl === 'bucket-owner-full-control') && !hasGrants(headers)) return
  throw invalidWithOwnership()
}

export function invalidWithOwnership(): S3Error {
  return new S3Error(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    {},
    400,
  )
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
