/**
 * Refuses ACLs in the headers of a request: they are disabled, the default of S3.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/not-implemented.ts'

type Values = Readonly<Record<string, string>>

/**
 * Refuses an ACL for a new object.
 *
 * @param values - Headers or form fields, names in lower case.
 * @throws {S3Error} `AccessControlListNotSupported` for every ACL, except one that gives the owner
 *   full control.
 */
export function refuseObjectAcl(values: Values): void {
  const acl = values['x-amz-acl'] ?? values.acl
  if (acl !== undefined && acl !== OWNERS) throw aclsAreOff()
  if (hasGrant(values)) throw aclsAreOff()
}

/**
 * Refuses an ACL for a new bucket.
 *
 * @throws {S3Error} `InvalidBucketAclWithObjectOwnership` for an ACL that gives others access;
 *   `NotImplemented` for a bucket with enabled ACLs.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function refuseBucketAcl(headers: Values): void {
  const { 'x-amz-acl': acl = 'private', 'x-amz-object-ownership': ownership } = headers
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw notImplemented(`x-amz-object-ownership: ${ownership}`)
  }
  if ((acl === 'private' || acl === OWNERS) && !hasGrant(headers)) return
  throw new S3Error(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    {},
    400,
  )
}

const OWNERS = 'bucket-owner-full-control'

function hasGrant(values: Values): boolean {
  return Object.keys(values).some((name) => name.startsWith('x-amz-grant-'))
}

/** Makes S3's error for any ACL: ACLs are disabled. */
export function aclsAreOff(): S3Error {
  return new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs', {}, 400)
}
