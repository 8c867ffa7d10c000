/**
 * What the bucket's policy denies, whatever other policies allow.
 *
 * The conditions are negated. Negated conditions also hold if the key is missing: for an object
 * without tags, or a caller without a principal.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 *
 * @module
 */

import { type Duration, Lazy, Token } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'

/** The tag that arrival writes; see `waybill/arrival`. */
export const VERDICT_TAG = 'waybill'
/** The tag's value on a verified object. */
export const VERIFIED = 'verified'
/** The tag's value on a new object; see `pendingTag` in `waybill/signer`. */
export const PENDING = 'pending'

/** Denies Signature Version 2, which covers neither region nor headers and is deprecated. */
export function denySignatureV2(bucketArn: string): PolicyStatement {
  return deny('DenySignatureVersion2', ['s3:*'], [bucketArn, `${bucketArn}/*`], {
    StringEquals: { 's3:signatureversion': 'AWS' },
  })
}

/**
 * Denies uploads with old signatures, so that a leaked form or part URL expires whatever it was
 * signed for. Reads are not affected: an application may presign a download for a week.
 */
export function denyOldSignatures(objectsArn: string, maxAge: Duration): PolicyStatement {
  return deny('DenyOldSignatures', ['s3:PutObject'], [objectsArn], {
    NumericGreaterThan: { 's3:signatureAge': maxAge.toMilliseconds() },
  })
}

/**
 * All actions that return an object's bytes. They include replication by S3, and BitTorrent where a
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
 * signer, which compares the object's HEAD on completion.
 *
 * @param readers - May still grow until synthesis.
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

/** The condition that matches a signed URL for an object without a verdict, or a rejected one. */
export function unverifiedLink(): Record<string, Record<string, string>> {
  return {
    StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
  }
}

/**
 * Denies links to unverified objects even if the signing role may read them: the links are for
 * readers elsewhere.
 */
export function denyUnverifiedLinks(objectsArn: string): PolicyStatement {
  return deny('DenyLinksToUnverified', READS, [objectsArn], unverifiedLink())
}

/** The roles that write object tags. */
export interface Taggers {
  readonly arrival: IRole
  readonly signer: IRole
  /** Roles that claim objects. May still grow until synthesis. */
  readonly claimers: readonly IRole[]
}

/**
 * Denies verdicts by anyone except arrival.
 *
 * The signer's objects are stored with `waybill=pending` and with no other value of that tag. A
 * role that claims an object rewrites all of its tags: a verified object stays verified, and no
 * other object becomes verified. No other caller tags objects, neither later nor while storing
 * them.
 *
 * AWS documents no condition key for tags on CreateMultipartUpload. So a request is denied either
 * because of the tag it writes or because it would remove an existing one. A request that does
 * neither creates a multipart upload, or does not change a verdict.
 */
export function denyForeignVerdicts(objectsArn: string, taggers: Taggers): PolicyStatement[] {
  const { arrival, signer, claimers } = taggers
  const taken = ['s3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging']
  // A replica from another bucket would have that bucket's tags.
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
 * Returns the suffix of statement ids for a prefix. The ids in one policy must be unique, and two
 * constructs with different prefixes may share a bucket.
 *
 * @param unique - The suffix for a prefix known only at deployment.
 * @returns An empty string for the default prefix.
 */
export function sidSuffix(prefix: string, unique: string): string {
  if (Token.isUnresolved(prefix)) return unique
  if (prefix === 'uploads/') return ''
  return prefix.replace(/[^A-Za-z0-9]/g, (char) => char.charCodeAt(0).toString(16)) || 'All'
}

/** Returns the condition `Null` for the verdict's tag: in the request, and on the object. */
export function tagIs({ written, there }: { written: boolean; there?: boolean }) {
  return {
    [`s3:RequestObjectTag/${VERDICT_TAG}`]: String(!written),
    ...(there === undefined ? {} : { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: String(!there) }),
  }
}

type Conditions = Record<string, Record<string, unknown>>

/** @param more - Roles in a list that may still grow until synthesis. */
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
