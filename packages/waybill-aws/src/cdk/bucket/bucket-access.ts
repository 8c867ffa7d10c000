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

import { type Duration, Lazy, Token } from 'aws-cdk-lib'
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
 *
 * @param readers - The list may still grow.
 */
export function denyUnverifiedReads(
  objectsArn: string,
  readers: readonly IRole[],
): PolicyStatement {
  return deny('DenyReadsOfUnverified', READS, [objectsArn], {
    StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
    ...notBy([], readers),
  })
}

/** The condition for a signed URL that leads to an object without a verdict, or a rejected one. */
export function unverifiedLink(): Record<string, Record<string, string>> {
  return {
    StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
  }
}

/**
 * Denies links to unverified objects, also of the roles that may read these: they are for readers
 * elsewhere.
 */
export function denyUnverifiedLinks(objectsArn: string): PolicyStatement {
  return deny('DenyLinksToUnverified', READS, [objectsArn], unverifiedLink())
}

/** The roles that write tags of objects. */
export interface Taggers {
  readonly arrival: IRole
  readonly signer: IRole
  /** Roles that claim objects. The list may still grow. */
  readonly claimers: readonly IRole[]
}

/**
 * Denies verdicts by others than arrival.
 *
 * Objects of the signer come with `waybill=pending`, and with no other value of that tag. A role
 * that claims an object writes all of its tags again: a verified object stays verified, and no
 * other becomes verified. No other caller tags objects, neither later nor while storing them.
 *
 * AWS documents no condition key of tags for CreateMultipartUpload. So a request is denied for the
 * tag that it writes, or because it would remove an existing one. A request with neither creates a
 * multipart upload, or does not change a verdict.
 */
export function denyForeignVerdicts(objectsArn: string, taggers: Taggers): PolicyStatement[] {
  const { arrival, signer, claimers } = taggers
  const taken = ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging']
  // A replica from another bucket would have the tags of that bucket.
  const replicated = ['s3:ReplicateTags']
  const object = ['s3:PutObjectTagging']
  const version = ['s3:PutObjectVersionTagging']
  const put = [...object, ...version]
  const notWritten = (...verdicts: string[]) => ({
    [`s3:RequestObjectTag/${VERDICT_TAG}`]: verdicts,
  })
  const notVerified = { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED }
  const written = { Null: tagIs({ written: true }) }
  const onObjects = (sid: string, actions: string[], conditions: Conditions) =>
    deny(sid, actions, [objectsArn], conditions)
  return [
    onObjects('DenyForeignVerdicts', [...taken, ...replicated], notBy([arrival])),
    onObjects('DenyForeignTags', object, notBy([arrival, signer], claimers)),
    onObjects('DenyForeignVersionTags', version, notBy([arrival], claimers)),
    onObjects('DenyVerdictsButPending', put, {
      ...notBy([arrival], claimers),
      ...written,
      StringNotEquals: notWritten(PENDING),
    }),
    onObjects('DenyVerdictsButKept', put, {
      ...notBy([arrival]),
      ...written,
      StringNotEquals: notWritten(PENDING, VERIFIED),
    }),
    onObjects('DenyNewVerdicts', put, {
      ...notBy([arrival]),
      ...written,
      StringNotEquals: { ...notWritten(PENDING), ...notVerified },
    }),
    onObjects('DenyTakenVerdicts', put, {
      ...notBy([arrival]),
      Null: tagIs({ written: false, there: true }),
    }),
  ]
}

/**
 * Makes the end of statement names for a prefix. Names in one policy must differ, and two
 * constructs may share a bucket, each with its prefix.
 *
 * @param unique - The end for a prefix that is only known at deployment.
 * @returns Nothing for the default prefix.
 */
export function sidSuffix(prefix: string, unique: string): string {
  if (Token.isUnresolved(prefix)) return unique
  if (prefix === 'uploads/') return ''
  return prefix.replace(/[^A-Za-z0-9]/g, (char) => char.charCodeAt(0).toString(16)) || 'All'
}

/** Writes the condition `Null` for the tag of the verdict: in the request, and on the object. */
export function tagIs({ written, there }: { written: boolean; there?: boolean }) {
  return {
    [`s3:RequestObjectTag/${VERDICT_TAG}`]: String(!written),
    ...(there === undefined ? {} : { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: String(!there) }),
  }
}

type Conditions = Record<string, Record<string, unknown>>

/** @param more - Roles of a list that may still grow until the template is written. */
function notBy(roles: readonly IRole[], more: readonly IRole[] = []): Conditions {
  const produce = () => [...roles, ...more].map(({ roleArn }) => roleArn)
  return { ArnNotEquals: { 'aws:PrincipalArn': Lazy.list({ produce }) } }
}

function deny(
  sid: string,
  actions: string[],
  resources: string[],
  conditions: Conditions,
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
