/**
 * Reads ACLs from headers and form fields, and rejects those that give anyone but the owner access:
 * as in new buckets on AWS, ACLs are disabled.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @see https://github.com/localstack/localstack – `test_s3_object_acl_exceptions`, recorded on AWS
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { BucketRecord } from '../buckets/records.ts'
import { OWNER_ID } from '../message/account.ts'
import { notImplemented, withReason } from '../message/refusal.ts'

/** Headers or form fields, with names in lower case. */
type Values = Readonly<Record<string, string>>

/**
 * Canned ACLs that give nobody but the owner access. The bucket's owner also owns the objects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const OWNER_ONLY = ['private', 'bucket-owner-read', 'bucket-owner-full-control']

const SHARED = [
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'log-delivery-write',
]

const GRANTS = ['full-control', 'read', 'read-acp', 'write', 'write-acp'].map(
  (permission) => `x-amz-grant-${permission}`,
)

/** @throws {S3Error} As `requestedAcl` and, if a new object's ACL gives others access, `refuseAcl`. */
export function refuseSharedAcl(values: Values, bucket: BucketRecord): void {
  const acl = requestedAcl(values)
  if (acl === 'shared' || (acl && bucket.ownershipControls)) refuseAcl(bucket)
}

/**
 * @throws {S3Error} `AccessControlListNotSupported`, or `NotImplemented` without ownership controls,
 *   because S3 enables ACLs then.
 */
export function refuseAcl({ ownershipControls }: BucketRecord): never {
  if (ownershipControls === 'removed') throw aclsNotImplemented()
  throw withReason(
    new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs', {}, 400),
    'as in new buckets on AWS, ACLs are disabled: send none, and give access with a bucket policy',
  )
}

export function aclsNotImplemented(): S3Error {
  return notImplemented(
    'ACLs, which are disabled in new buckets: give access with a bucket policy, or test ACLs with a bucket on AWS',
  )
}

/**
 * The ACL `private` enables ACLs on AWS (`BucketOwnerPreferred`), but not here. It is accepted because
 * rclone sends it with each new bucket.
 *
 * @throws {S3Error} `InvalidArgument`, `InvalidBucketAclWithObjectOwnership`, or `NotImplemented` for an
 *   object ownership that enables ACLs.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function refuseBucketAcl(headers: Values): void {
  const {
    'x-amz-object-ownership': ownership = 'BucketOwnerEnforced',
    'x-amz-acl': acl = 'private',
  } = headers
  if (!isObjectOwnership(ownership)) {
    throw new S3Error('InvalidArgument', `Invalid x-amz-object-ownership header: ${ownership}`, {
      ArgumentName: 'x-amz-object-ownership',
    })
  }
  if (ownership !== 'BucketOwnerEnforced') throw aclsNotImplemented()
  if ((acl === 'private' || acl === 'bucket-owner-full-control') && !hasGrants(headers)) return
  throw new S3Error(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    {},
    400,
  )
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export function isObjectOwnership(text: string): boolean {
  return ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(text)
}

/**
 * @returns `undefined` if the request has no ACL.
 * @throws {S3Error} `InvalidArgument`, `InvalidRequest`, or `MethodNotAllowed` for a grant to an
 *   e-mail address.
 */
export function requestedAcl(values: Values): 'owner only' | 'shared' | undefined {
  const canned = values['x-amz-acl']
  if (!hasGrants(values)) return canned === undefined ? undefined : cannedAcl(canned)
  if (canned !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Specifying both Canned ACLs and Header Grants is not allowed',
    )
  }
  const grants = GRANTS.flatMap((name) =>
    granteesOf(name, values[name] ?? '').map((grantee) => `${name}: ${grantee}`),
  )
  return grants.join() === `x-amz-grant-full-control: ${OWNER_ID}` ? 'owner only' : 'shared'
}

function hasGrants(values: Values): boolean {
  return Object.keys(values).some((name) => name.startsWith('x-amz-grant-'))
}

function cannedAcl(name: string): 'owner only' | 'shared' {
  if (OWNER_ONLY.includes(name)) return 'owner only'
  if (SHARED.includes(name)) return 'shared'
  // S3's error has no message.
  throw new S3Error('InvalidArgument', '', { ArgumentName: 'x-amz-acl', ArgumentValue: name })
}

const GRANTEE = /\s*(id|uri|emailAddress)\s*=\s*(?:"([^"]*)"|([^",\s]*))\s*(?:,|$)/iy

/** @param value - For example `id="75aa57…", uri="http://acs.amazonaws.com/groups/global/AllUsers"`. */
function granteesOf(name: string, value: string): readonly string[] {
  const grantees: string[] = []
  const pattern = new RegExp(GRANTEE)
  while (pattern.lastIndex < value.length) {
    const [, kind, quoted, plain = ''] = pattern.exec(value) ?? []
    if (kind === undefined) {
      throw new S3Error('InvalidArgument', 'Argument format not recognized', {
        ArgumentName: name,
        ArgumentValue: value,
      })
    }
    grantees.push(checkGrantee(kind.toLowerCase(), quoted ?? plain))
  }
  return grantees
}

const GROUPS = ['global/AllUsers', 'global/AuthenticatedUsers', 's3/LogDelivery'].map(
  (name) => `http://acs.amazonaws.com/groups/${name}`,
)

/** Every well-formed id counts as that of an existing account. */
function checkGrantee(kind: string, grantee: string): string {
  if (kind === 'id' ? /^[0-9a-f]{64}$/.test(grantee) : GROUPS.includes(grantee)) return grantee
  if (kind === 'id' || kind === 'uri') {
    throw new S3Error('InvalidArgument', kind === 'id' ? 'Invalid id' : 'Invalid group uri', {
      ArgumentName: kind,
      ArgumentValue: grantee,
    })
  }
  // Since October 2025: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
  throw new S3Error('MethodNotAllowed', undefined, { Method: 'PUT', ResourceType: 'ACL' })
}
