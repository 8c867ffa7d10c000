/**
 * ACLs, and whether a bucket uses them.
 *
 * All key pairs belong to the account that owns the buckets and objects, so an ACL never restricts
 * them. It only decides about unsigned requests. Grants to other accounts are stored and returned.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 * @module
 */

import { OWNER_ID } from '../message/account.ts'

export const ACL_PERMISSIONS = ['FULL_CONTROL', 'READ', 'READ_ACP', 'WRITE', 'WRITE_ACP'] as const

export type AclPermission = (typeof ACL_PERMISSIONS)[number]

export interface Grant {
  /** The id of an account, or the URI of a group. */
  readonly grantee: { readonly id: string } | { readonly group: string }
  readonly permission: AclPermission
}

export type Acl = readonly Grant[]

const GROUPS = 'http://acs.amazonaws.com/groups'
export const ALL_USERS = `${GROUPS}/global/AllUsers`
export const AUTHENTICATED_USERS = `${GROUPS}/global/AuthenticatedUsers`
export const LOG_DELIVERY = `${GROUPS}/s3/LogDelivery`

/** The ACL of a bucket or object that has none. */
export const OWNER_ONLY: Acl = [{ grantee: { id: OWNER_ID }, permission: 'FULL_CONTROL' }]

export function isOwnerOnly(acl: Acl): boolean {
  const [grant, second] = acl
  if (!grant || second || !('id' in grant.grantee)) return false
  return grant.grantee.id === OWNER_ID && grant.permission === 'FULL_CONTROL'
}

/** For S3 Block Public Access, both groups are public. */
export function isPublicAcl(acl: Acl): boolean {
  return acl.some(
    ({ grantee }) =>
      'group' in grantee && (grantee.group === ALL_USERS || grantee.group === AUTHENTICATED_USERS),
  )
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export const OBJECT_OWNERSHIPS = [
  'BucketOwnerEnforced',
  'BucketOwnerPreferred',
  'ObjectWriter',
] as const

/** With `BucketOwnerEnforced`, S3's default, ACLs are disabled. */
export type ObjectOwnership = (typeof OBJECT_OWNERSHIPS)[number]

export function isObjectOwnership(text: string): text is ObjectOwnership {
  return OBJECT_OWNERSHIPS.some((each) => each === text)
}

/** Without ownership controls, ACLs are enabled. Buckets made before 2021 have none. */
export function usesAcls({
  objectOwnership = 'BucketOwnerEnforced',
}: {
  readonly objectOwnership?: ObjectOwnership | 'removed'
}): boolean {
  return objectOwnership !== 'BucketOwnerEnforced'
}
