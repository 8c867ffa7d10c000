/**
 * Deny statements for the bucket's policy. They apply regardless of what other policies allow.
 *
 * Conditions such as `StringNotEquals` and `ArnNotEquals` are also met if the condition key is
 * missing: for an object without tags, or a caller without a principal.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 *
 * @module
 */

import { type Duration, Lazy, Token } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/** Name of the tag that arrival writes; see `waybill/arrival`. */
export const VERDICT_TAG = 'waybill'
/** The tag's value on a verified object. */
export const VERIFIED = 'verified'
/** The tag's value on a new object; see `pendingTag` in `waybill/signer`. */
export const PENDING = 'pending'

/**
 * Denies Signature Version 2, which is deprecated and covers neither the region nor the headers.
 */
export function denySignatureV2(bucketArn: string): PolicyStatement {
  return deny('DenySignatureVersion2', ['s3:*'], [bucketArn, `${bucketArn}/*`], {
    StringEquals: { 's3:signatureversion': 'AWS' },
  })
}

/**
 * Denies uploads with old signatures, so that a leaked form or part URL stops working even if it
 * was signed for longer. Reads are not affected, because an application may presign a download for
 * a week.
 */
export function denyOldSignatures(objectsArn: string, maxAge: Duration): PolicyStatement {
  return deny('DenyOldSignatures', ['s3:PutObject'], [objectsArn], {
    NumericGreaterThan: { 's3:signatureAge': maxAge.toMilliseconds() },
  })
}

/**
 * All actions that return an object's bytes. They include S3's replication and, in regions that
 * still have it, BitTorrent.
 */
const READS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectTorrent',
  's3:GetObjectVersionTorrent',
  's3:GetObjectVersionForReplication',
]

/**
 * Denies reads of unverified objects, except by `readers`. These include arrival, which judges the
 * objects, and the signer, which checks them with HeadObject on completion.
 *
 * @param readers - Roles can be added to this list until synthesis.
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

/** Returns the condition that matches signed URLs for objects that are not verified. */
export function unverifiedLink(): Record<string, Record<string, string>> {
  return {
    StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
  }
}

/**
 * Denies signed links to unverified objects, even if the role that signed them can read these
 * objects: links are meant for others.
 */
export function denyUnverifiedLinks(objectsArn: string): PolicyStatement {
  return deny('DenyLinksToUnverified', READS, [objectsArn], unverifiedLink())
}

/** The roles that write object tags. */
export interface Taggers {
  readonly arrival: IRole
  readonly signer: IRole
  /** Roles that claim objects. Roles can be added to this list until synthesis. */
  readonly claimers: readonly IRole[]
}

/**
 * Denies verdicts by anyone except arrival.
 *
 * The signer can store objects with `waybill=pending`, but with no other value of this tag. A role
 * that claims an object rewrites all of its tags, so it can keep an object verified, but not make
 * it verified. No other caller can tag objects, either while storing them or later.
 *
 * AWS documents no condition key for the tags of CreateMultipartUpload. The last four statements
 * therefore deny a request only if it writes a forbidden value or would remove an existing tag. Any
 * other request creates a multipart upload or leaves the verdict unchanged.
 */
export function denyForeignVerdicts(objectsArn: string, taggers: Taggers): PolicyStatement[] {
  const { arrival, signer, claimers } = taggers
  const taken = ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging']
  // A replica from another bucket would keep that bucket's tags.
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
 * Returns a suffix for statement ids that is unique for each prefix. Ids must be unique within a
 * policy, and two constructs with different prefixes can share a bucket.
 *
 * @param unique - The suffix to use if the prefix is known only at deployment.
 * @returns An empty string for the default prefix.
 */
export function sidSuffix(prefix: string, unique: string): string {
  if (Token.isUnresolved(prefix)) return unique
  if (prefix === 'uploads/') return ''
  return prefix.replace(/[^A-Za-z0-9]/g, (char) => char.charCodeAt(0).toString(16)) || 'All'
}

/**
 * Returns a `Null` condition on the verdict's tag: whether the request writes it, and whether the
 * object has it.
 */
export function tagIs({ written, there }: { written: boolean; there?: boolean }) {
  return {
    [`s3:RequestObjectTag/${VERDICT_TAG}`]: String(!written),
    ...(there === undefined ? {} : { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: String(!there) }),
  }
}

type Conditions = Record<string, Record<string, unknown>>

/** @param more - More roles, which can be added to this list until synthesis. */
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
