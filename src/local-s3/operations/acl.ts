/**
 * ACLs, which are off: every bucket is owner-enforced, S3's default since April 2023. They can be
 * read, not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import { type Answer, owner, text, xmlAnswer } from '../http/answer.ts'
import { notImplemented } from '../http/not-implemented.ts'
import { queryOf } from '../http/request.ts'
import { bucketOf, type Call, keyOf } from './call.ts'
import { readVersionHeader } from './object/written-object.ts'

type Values = Readonly<Record<string, string>>

export function getBucketAcl(call: Call): Answer {
  bucketOf(call)
  return ownerOnly()
}

export function getObjectAcl(call: Call): Answer {
  const bucket = bucketOf(call)
  const record = bucket.current(keyOf(call), queryOf(call.request, 'versionId'))
  return ownerOnly(readVersionHeader(bucket, record))
}

/** @throws {S3Error} `AccessControlListNotSupported`, after S3 has seen what it is about. */
export function putBucketAcl(call: Call): Answer {
  bucketOf(call)
  throw aclsAreOff()
}

/** @throws {S3Error} `AccessControlListNotSupported`, after S3 has seen what it is about. */
export function putObjectAcl(call: Call): Answer {
  bucketOf(call).current(keyOf(call), queryOf(call.request, 'versionId'))
  throw aclsAreOff()
}

/**
 * @param values - Headers or form fields of an object, names in lower case.
 * @throws {S3Error} `AccessControlListNotSupported` for all but the ACL that gives the owner
 *   everything.
 */
export function refuseObjectAcl(values: Values): void {
  const acl = values['x-amz-acl'] ?? values.acl
  if (acl !== undefined && acl !== OWNERS) throw aclsAreOff()
  if (hasGrant(values)) throw aclsAreOff()
}

/**
 * @throws {S3Error} `InvalidBucketAclWithObjectOwnership` for an ACL that gives others access;
 *   `NotImplemented` for a bucket whose ACLs are to be on.
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
