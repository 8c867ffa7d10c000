/**
 * ACLs are disabled: every bucket is owner-enforced, which has been S3's default since April 2023.
 * ACLs can be read but not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/not-implemented.ts'
import { queryOf } from '../message/request.ts'
import { owner, type S3Response, text, xmlResponse } from '../message/response.ts'
import type { ObjectCall } from './call.ts'
import { readVersionHeader } from './object/object-headers.ts'

export function getBucketAcl(): S3Response {
  return ownerOnly()
}

export function getObjectAcl({ bucket, key, request }: ObjectCall): S3Response {
  const record = bucket.current(key, queryOf(request, 'versionId'))
  return ownerOnly(readVersionHeader(bucket, record))
}

export function putBucketAcl(): never {
  throw aclsAreOff()
}

/**
 * @throws {S3Error} `AccessControlListNotSupported`, or another error if the object does not exist.
 */
export function putObjectAcl({ bucket, key, request }: ObjectCall): never {
  bucket.current(key, queryOf(request, 'versionId'))
  throw aclsAreOff()
}

function ownerOnly(headers: Readonly<Record<string, string>> = {}): S3Response {
  const { children } = owner()
  const grantee = {
    name: 'Grantee',
    attributes: {
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:type': 'CanonicalUser',
    },
    ...(children ? { children } : {}),
  }
  const grant = { name: 'Grant', children: [grantee, text('Permission', 'FULL_CONTROL')] }
  return xmlResponse(
    'AccessControlPolicy',
    [owner(), { name: 'AccessControlList', children: [grant] }],
    headers,
  )
}

type Values = Readonly<Record<string, string>>

const FULL_CONTROL = 'bucket-owner-full-control'

/**
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `AccessControlListNotSupported`, unless the ACL only gives the owner full
 *   control.
 */
export function refuseObjectAcl(values: Values): void {
  const acl = values['x-amz-acl'] ?? values.acl
  if (acl !== undefined && acl !== FULL_CONTROL) throw aclsAreOff()
  if (hasGrant(values)) throw aclsAreOff()
}

/**
 * @throws {S3Error} `InvalidBucketAclWithObjectOwnership` for an ACL that gives access to others,
 *   or `NotImplemented` for a bucket with ACLs enabled.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function refuseBucketAcl(headers: Values): void {
  const { 'x-amz-acl': acl = 'private', 'x-amz-object-ownership': ownership } = headers
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw notImplemented(`x-amz-object-ownership: ${ownership}`)
  }
  if ((acl === 'private' || acl === FULL_CONTROL) && !hasGrant(headers)) return
  throw new S3Error(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    {},
    400,
  )
}

function hasGrant(values: Values): boolean {
  return Object.keys(values).some((name) => name.startsWith('x-amz-grant-'))
}

function aclsAreOff(): S3Error {
  return new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs', {}, 400)
}
