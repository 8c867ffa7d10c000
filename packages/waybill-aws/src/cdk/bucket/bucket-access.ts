/**
 * Deny statements for the bucket's policy. They apply regardless of what other policies allow.
 *
 * Negated conditions such as `StringNotEquals` and `ArnNotEquals` are also met if the condition key
 * is missing: for objects without tags and for anonymous callers.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html
 *
 * @module
 */

import { type Duration, Lazy, Token } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'

export const VERDICT_TAG = 'waybill'
export const VERIFIED = 'verified'
export const PENDING = 'pending'

/** Signature Version 2 is deprecated, and its signatures are not limited to a region. */
export function denySignatureV2(bucketArn: string): PolicyStatement {
  return deny('DenySignatureVersion2', ['s3:*'], [bucketArn, `${bucketArn}/*`], {
    StringEquals: { 's3:signatureversion': 'AWS' },
  })
}

/**
 * A leaked form or part URL stops working after `maxAge`, even if it was signed for longer. Reads
 * are not affected, because an application may presign a download for a week.
 */
export function denyOldSignatures(objectsArn: string, maxAge: Duration): PolicyStatement {
  return deny('DenyOldSignatures', ['s3:PutObject'], [objectsArn], {
    NumericGreaterThan: { 's3:signatureAge': maxAge.toMilliseconds() },
  })
}

const READS = ['s3:GetObject', 's3:GetObjectVersion']

/**
 * These actions also return object data, but S3 rejects a policy that makes them depend on the
 * object's tags.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const READS_WITHOUT_TAGS = [
  's3:GetObjectTorrent',
  's3:GetObjectVersionTorrent',
  's3:GetObjectVersionForReplication',
]

/**
 * Denies reads of unverified objects to everyone except `readers`, and replication of all objects.
 * The readers include the arrival function, which judges the objects, and the signer, which checks
 * them with HeadObject on completion.
 *
 * @param readers - Roles can be added to this list until synthesis.
 */
export function denyUnverifiedReads(
  objectsArn: string,
  readers: readonly IRole[],
): PolicyStatement[] {
  return [
    deny('DenyReadsOfUnverified', READS, [objectsArn], {
      StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
      ...notBy([], readers),
    }),
    deny('DenyReplication', READS_WITHOUT_TAGS, [objectsArn], notBy([], readers)),
  ]
}

/** Returns a condition that matches signed URLs for unverified objects. */
export function unverifiedLink(): Record<string, Record<string, string>> {
  return {
    StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
    StringNotEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED },
  }
}

/**
 * This also applies to links from roles that can read these objects themselves, because links are
 * meant for others.
 */
export function denyUnverifiedLinks(objectsArn: string): PolicyStatement {
  return deny('DenyLinksToUnverified', READS, [objectsArn], unverifiedLink())
}

export interface Taggers {
  readonly arrival: IRole
  readonly signer: IRole
  /** Roles can be added to this list until synthesis. */
  readonly claimers: readonly IRole[]
}

/**
 * Ensures that only the arrival function sets verdicts.
 *
 * The signer can store objects with `waybill=pending`, but with no other value of this tag. A role
 * that claims an object rewrites all its tags, so it can keep an object verified but cannot make it
 * verified. No other caller can tag objects, either when storing them or later.
 *
 * AWS documents no condition key for the tags of CreateMultipartUpload. The last four statements
 * therefore deny only requests that write a forbidden value or would remove an existing tag.
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
 * Makes statement ids unique, because two constructs with different prefixes can share a bucket and
 * therefore a policy.
 *
 * @param unique - The suffix to use if the prefix is unknown at synthesis.
 */
export function sidSuffix(prefix: string, unique: string): string {
  if (Token.isUnresolved(prefix)) return unique
  if (prefix === 'uploads/') return ''
  return prefix.replace(/[^A-Za-z0-9]/g, (char) => char.charCodeAt(0).toString(16)) || 'All'
}

/**
 * Builds a `Null` condition. `written` is whether the request writes the verdict tag, and `there`
 * is whether the object already has it.
 */
export function tagIs({ written, there }: { written: boolean; there?: boolean }) {
  return {
    [`s3:RequestObjectTag/${VERDICT_TAG}`]: String(!written),
    ...(there === undefined ? {} : { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: String(!there) }),
  }
}

type Conditions = Record<string, Record<string, unknown>>

/** @param more - Roles can be added to this list until synthesis. */
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
