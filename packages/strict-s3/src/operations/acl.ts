/**
 * ACLs. They are disabled: every bucket is owner-enforced, the default of S3 since April 2023. They
 * can be read, but not set.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @module
 */

import { aclsAreOff } from '../access/refused-acl.ts'
import { type Answer, owner, text, xmlAnswer } from '../message/response.ts'
import { queryOf } from '../message/request.ts'
import { bucketOf, type Call, keyOf } from './call.ts'
import { readVersionHeader } from './object/object-headers.ts'

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

function ownerOnly(headers: Readonly<Record<string, string>> = {}): Answer {
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
