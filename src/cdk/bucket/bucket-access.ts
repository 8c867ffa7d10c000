/**
 * What the bucket's policy denies, whatever other policies allow.
 *
 * The conditions are negated ones. These also hold when the key is missing: for an object without
 * tags, or a caller without a principal.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/** The tag that arrival writes; see `waybill/arrival`. */
export const VERDICT_TAG = 'waybill'
/** The value of the tag on a verified object. */
export const VERIFIED = 'verified'
/** The value of the tag on a new object; see `pendingTag` in `waybill/signer`. */
export const PENDING = 'pending'

/** Denies Signature Version 2, which signs neither region nor headers and is deprecated. */
export function denySignatureV2(bucketArn: string): PolicyStatement {
  return deny('DenySignatureVersion2', ['s3:*'], [bucketArn, `${bucketArn}/*`], {
    StringEquals: { 's3:signatureversion': 'AWS' },
  })
}

/**
 * Denies uploads with old signatures, so that a leaked form or part URL expires whatever it was
 * signed for. Reads are not denied: an application may presign a download for a week.
 */
export function denyOldSignatures(objectsArn: string, maxAge: Duration): PolicyStatement {
  return deny('DenyOldSignatures', ['s3:PutObject'], [objectsArn], {
    NumericGreaterThan: { 's3:signatureAge': maxAge.toMilliseconds() },
  })
}

/**
 * All actions that return an object's bytes. Replication by S3 is one, and BitTorrent where a
 * region still has it.
 */
const READS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectTorrent',
  's3:GetObjectVersionTorrent',
  's3:GetObjectVersionForReplication',
]

/**
 * Denies reads of unverified objects, except by `readers`: arrival, which judges them, and the
 * signer, which compares the head of an object on completion.
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
 * Denies verdicts by others than arrival: no other caller tags objects, neither later nor while
 * storing them. Objects of the signer come with `waybill=pending`, and with no other value of that
 * tag.
 */
export function denyForeignVerdicts(
  objectsArn: string,
  { arrival, signer }: { readonly arrival: IRole; readonly signer: IRole },
): PolicyStatement[] {
  const others = [
    's3:PutObjectVersionTagging',
    's3:DeleteObjectTagging',
    's3:DeleteObjectVersionTagging',
    // A replica from another bucket would have the tags of that bucket.
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
 * Makes the end of statement names for a prefix. Names in one policy must differ, and two
 * constructs may share a bucket, each with its prefix.
 *
 * @returns Nothing for the default prefix.
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
