/**
 * Reads ACLs from requests (canned ACLs, grants in headers, documents), and checks whether a bucket
 * or an object may have them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 * @see https://github.com/localstack/localstack – `test_s3_object_acl_exceptions`, recorded on AWS
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { parseDocument } from '../body/document.ts'
import type { BucketRecord } from '../buckets/records.ts'
import { OWNER_ID } from '../message/account.ts'
import { withReason } from '../message/refusal.ts'
import type { Call } from '../operations/call.ts'
import {
  ACL_PERMISSIONS,
  type Acl,
  type AclPermission,
  ALL_USERS,
  AUTHENTICATED_USERS,
  type Grant,
  isObjectOwnership,
  isOwnerOnly,
  isPublicAcl,
  LOG_DELIVERY,
  OWNER_ONLY,
  usesAcls,
} from './acl.ts'

type Values = Readonly<Record<string, string>>

const toGroup = (group: string, ...permissions: readonly AclPermission[]): Acl =>
  permissions.map((permission) => ({ grantee: { group }, permission }))

/** Amazon EC2's account: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
const EC2_ID = '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c'

/**
 * The bucket's owner also owns the objects, so `bucket-owner-read` and
 * `bucket-owner-full-control` are the same as `private`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const CANNED: ReadonlyMap<string, Acl> = new Map<string, Acl>([
  ['private', OWNER_ONLY],
  ['public-read', [...OWNER_ONLY, ...toGroup(ALL_USERS, 'READ')]],
  ['public-read-write', [...OWNER_ONLY, ...toGroup(ALL_USERS, 'READ', 'WRITE')]],
  ['authenticated-read', [...OWNER_ONLY, ...toGroup(AUTHENTICATED_USERS, 'READ')]],
  ['aws-exec-read', [...OWNER_ONLY, { grantee: { id: EC2_ID }, permission: 'READ' }]],
  ['bucket-owner-read', OWNER_ONLY],
  ['bucket-owner-full-control', OWNER_ONLY],
  ['log-delivery-write', [...OWNER_ONLY, ...toGroup(LOG_DELIVERY, 'WRITE', 'READ_ACP')]],
])

export function hasAcl(values: Values): boolean {
  return values['x-amz-acl'] !== undefined || hasGrants(values)
}

function hasGrants(values: Values): boolean {
  return Object.keys(values).some((name) => name.startsWith('x-amz-grant-'))
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

export function checkAcl(acl: Acl, bucket: BucketRecord, action: string): void {
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

/**
 * @param values - Headers or form fields, with names in lower case.
 * @returns `undefined` if they contain no ACL.
 * @throws {S3Error} `InvalidArgument`, `InvalidRequest`, or `MethodNotAllowed` for a grant to an
 *   e-mail address.
 */
export function aclOfHeaders(values: Values): Acl | undefined {
  const canned = values['x-amz-acl']
  const isGranted = hasGrants(values)
  if (canned !== undefined && isGranted) {
    throw new S3Error(
      'InvalidRequest',
      'Specifying both Canned ACLs and Header Grants is not allowed',
    )
  }
  if (canned !== undefined) return cannedAcl(canned)
  return isGranted ? grantsOf(values) : undefined
}

function cannedAcl(name: string): Acl {
  const acl = CANNED.get(name)
  if (acl) return acl
  // S3's error has no message.
  throw new S3Error('InvalidArgument', '', { ArgumentName: 'x-amz-acl', ArgumentValue: name })
}

/** S3's limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
const MAX_GRANTS = 100

function grantsOf(values: Values): Acl {
  const grants = ACL_PERMISSIONS.flatMap((permission) => {
    const name = `x-amz-grant-${permission.toLowerCase().replace('_', '-')}`
    const value = values[name]
    return value === undefined
      ? []
      : granteesOf(name, value).map((grantee) => ({ grantee, permission }))
  })
  return limited(grants)
}

const GRANTEE = /\s*(id|uri|emailAddress)\s*=\s*(?:"([^"]*)"|([^",\s]*))\s*(?:,|$)/iy

/** @param value - For example `id="75aa57…", uri="http://acs.amazonaws.com/groups/global/AllUsers"`. */
function granteesOf(name: string, value: string): readonly Grant['grantee'][] {
  const grantees: Grant['grantee'][] = []
  const pattern = new RegExp(GRANTEE)
  while (pattern.lastIndex < value.length) {
    const [, kind, quoted, plain = ''] = pattern.exec(value) ?? []
    if (kind === undefined) {
      throw new S3Error('InvalidArgument', 'Argument format not recognized', {
        ArgumentName: name,
        ArgumentValue: value,
      })
    }
    const grantee = quoted ?? plain
    switch (kind.toLowerCase()) {
      case 'id':
        grantees.push({ id: checkId(grantee, 'id') })
        break
      case 'uri':
        grantees.push({ group: checkGroup(grantee, 'uri') })
        break
      default:
        throw emailGrantee()
    }
  }
  return grantees
}

/**
 * Every well-formed id counts as that of an existing account.
 *
 * @param argument - Its name in S3's error.
 */
function checkId(id: string, argument: string): string {
  if (/^[0-9a-f]{64}$/.test(id)) return id
  throw new S3Error('InvalidArgument', 'Invalid id', { ArgumentName: argument, ArgumentValue: id })
}

function checkGroup(uri: string, argument: string): string {
  if ([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY].includes(uri)) return uri
  throw new S3Error('InvalidArgument', 'Invalid group uri', {
    ArgumentName: argument,
    ArgumentValue: uri,
  })
}

/** Since October 2025: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
function emailGrantee(): S3Error {
  return new S3Error('MethodNotAllowed', undefined, { Method: 'PUT', ResourceType: 'ACL' })
}

/** @throws {S3Error} `MalformedXML`, `MalformedACLError`, `InvalidArgument`, `AccessDenied` */
export function aclOfDocument(document: string): Acl {
  const root = parseDocument(document, 'AccessControlPolicy')
  const owner = childOf(root, 'Owner')
  const ownerId = owner && textOf(owner, 'ID')
  const list = childOf(root, 'AccessControlList')
  if (ownerId === undefined || !list) throw malformed()
  if (checkId(ownerId, 'CanonicalUser/ID') !== OWNER_ID) throw new S3Error('AccessDenied')
  const types = granteeTypes(document)
  return limited(childrenOf(list, 'Grant').map((grant, index) => grantOf(grant, types[index])))
}

/** The parser drops attributes, so this reads them in their order in the document. */
function granteeTypes(document: string): readonly (string | undefined)[] {
  const grantees = document.matchAll(/<(?:\w+:)?Grantee\b([^>]*)>/g)
  return [...grantees].map(
    ([, attributes]) => /\bxsi:type\s*=\s*["'](\w+)["']/.exec(attributes ?? '')?.[1],
  )
}

function grantOf(element: XmlElement, type: string | undefined): Grant {
  const named = textOf(element, 'Permission')
  const permission = ACL_PERMISSIONS.find((each) => each === named)
  const grantee = childOf(element, 'Grantee')
  if (!permission || !grantee) throw malformed()
  if (type === 'AmazonCustomerByEmail') throw emailGrantee()
  const id = textOf(grantee, 'ID')
  const uri = textOf(grantee, 'URI')
  if (type === 'CanonicalUser' && id !== undefined) {
    return { grantee: { id: checkId(id, 'CanonicalUser/ID') }, permission }
  }
  if (type === 'Group' && uri !== undefined) {
    return { grantee: { group: checkGroup(uri, 'Group/URI') }, permission }
  }
  throw malformed()
}

function limited(acl: Acl): Acl {
  if (acl.length > MAX_GRANTS) throw malformed()
  return acl
}

function malformed(): S3Error {
  return new S3Error('MalformedACLError', new S3Error('MalformedXML').message, {}, 400)
}
