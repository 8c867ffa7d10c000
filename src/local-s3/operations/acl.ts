/**
 * ACLs. They are disabled: every bucket is owner-enforced, the default of S3 since April 2023. They
 * can be read, but not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @module
 */

import { S3Error } from '../../s3/s3-error.ts'
import { type Answer, owner, text, xmlAnswer } from '../http/answer.ts'
import { notImplemented } from '../http/not-implemented.ts'
import { queryOf } from '../http/request.ts'
import { bucketOf, type Call, keyOf } from './call.ts'
import { readVersionHeader } from './object/written-object.ts'

type Values = Readonly<Record<string, string>>

/** GetBucketAcl: returns the ACL of a bucket. */
export function getBucketAcl(call: Call): Answer {
  bucketOf(call)
  return ownerOnly()
}

/** GetObjectAcl: returns the ACL of an object. */
export function getObjectAcl(call: Call): Answer {
  const bucket = bucketOf(call)
  const record = bucket.current(keyOf(call), queryOf(call.request, 'versionId'))
  return ownerOnly(readVersionHeader(bucket, record))
}

/**
 * PutBucketAcl: always fails, but as on S3 the bucket must exist.
 *
 * @throws {S3Error} `AccessControlListNotSupported`
 */
export function putBucketAcl(call: Call): Answer {
  bucketOf(call)
  throw aclsAreOff()
}

/**
 * PutObjectAcl: always fails, but as on S3 the object must exist.
 *
 * @throws {S3Error} `AccessControlListNotSupported`
 */
export function putObjectAcl(call: Call): Answer {
  bucketOf(call).current(keyOf(call), queryOf(call.request, 'versionId'))
  throw aclsAreOff()
}

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

function aclsAreOff(): S3Error {
  return new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs', {}, 400)
}

function ownerOnly(headers: Values = {}): Answer {
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
  return xmlAnswer(
    'AccessControlPolicy',
    [owner(), { name: 'AccessControlList', children: [grant] }],
    headers,
  )
}
