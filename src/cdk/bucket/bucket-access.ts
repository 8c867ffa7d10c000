/**
 * What the bucket's policy denies, whatever anybody's own policy allows. The conditions are negated ones, which also
 * hold where the key is missing: an object without tags, a caller without a principal.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/** The tag that arrival writes; see `waybill/arrival`. */
export const VERDICT_TAG = 'waybill'
export const VERIFIED = 'verified'
/** As the signer lets objects come in; see `pendingTag` in `waybill/signer`. */
export const PENDING = 'pending'

/** Signature Version 2 signs neither region nor headers, and has been deprecated for years. */
export function denySignatureV2(bucketArn: string): PolicyStatement {
  return deny('DenySignatureVersion2', ['s3:*'], [bucketArn, `${bucketArn}/*`], {
    StringEquals: { 's3:signatureversion': 'AWS' },
  })
}

/**
 * A leaked form or part URL stops working, whatever it was signed for. Reads are left out: an application may well
 * presign a download for a week.
 */
export function denyOldSignatures(objectsArn: string, maxAge: Duration): PolicyStatement {
  return deny('DenyOldSignatures', ['s3:PutObject'], [objectsArn], {
    NumericGreaterThan: { 's3:signatureAge': maxAge.toMilliseconds() },
  })
}

/** All that hands out an object's bytes, also to S3's own replication, and to BitTorrent where a region still has it. */
const READS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectTorrent',
  's3:GetObjectVersionTorrent',
  's3:GetObjectVersionForReplication',
]

/**
 * Nobody reads what has not been verified, but arrival, which must look, and the signer, which compares an object's
 * head on completion.
 */
export function denyUnverifiedReads(
  objectsArn: string,
  readers: readonly IRole[],
): PolicyStatement {
  return deny('DenyReadsOfUnverified', READS, [objectsArn], {
    StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
    ...notBy(readers),
  })
}

/**
 * The verdict is arrival's alone: nobody else tags objects, neither later nor while putting them. The signer's objects
 * come in with `waybill=pending`, and with no other value of that tag.
 */
export function denyForeignVerdicts(
  objectsArn: string,
  { arrival, signer }: { readonly arrival: IRole; readonly signer: IRole },
): PolicyStatement[] {
  const others = [
    's3:PutObjectVersionTagging',
    's3:DeleteObjectTagging',
    's3:DeleteObjectVersionTagging',
    // A replica from another bucket would bring that one's tags along.
    's3:ReplicateTags',
  ]
  return [
    deny('DenyForeignVerdicts', others, [objectsArn], notBy([arrival])),
    deny('DenyForeignTags', ['s3:PutObjectTagging'], [objectsArn], notBy([arrival, signer])),
    deny('DenyVerdictsButPending', ['s3:PutObjectTagging'], [objectsArn], {
      ...notBy([arrival]),
      StringNotEquals: { [`s3:RequestObjectTag/${VERDICT_TAG}`]: PENDING },
    }),
  ]
}

/**
 * Statements of one policy must have names of their own, and two constructs may share a bucket, each with its prefix.
 *
 * @returns What ends the names of the statements for `prefix`; nothing for the usual one.
 */
export function sidSuffix(prefix: string): string {
  if (prefix === 'uploads/') return ''
  return prefix.replace(/[^A-Za-z0-9]/g, (char) => char.charCodeAt(0).toString(16)) || 'All'
}

function notBy(roles: readonly IRole[]) {
  return { ArnNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } }
}

function deny(
  sid: string,
  actions: string[],
  resources: string[],
  conditions: Record<string, Record<string, unknown>>,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions,
    resources,
    conditions,
  })
}
