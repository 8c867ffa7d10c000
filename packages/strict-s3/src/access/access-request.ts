/**
 * Maps a request to the principal and the condition keys that bucket policies use.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * @module
 */

import { createHash } from 'node:crypto'
import type { AuthContext, Identity, LocalCredentials } from '../auth/identity.ts'
import type { Bucket } from '../buckets/bucket.ts'
import { ACCOUNT_ID } from '../message/account.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import {
  LEGAL_HOLD_HEADER,
  MODE_HEADER,
  parseIsoDate,
  UNTIL_HEADER,
} from '../object-lock/requested-lock.ts'
import type { ConditionContext } from '../policy/policy-condition.ts'
import { parseTagHeader, type Tags } from '../tags/tags.ts'
import type { PageRules } from './foreign-page.ts'

export interface AccessRequest {
  readonly request: S3Request
  readonly identity: Identity
  readonly service: AuthContext & PageRules
}

export interface AccessTarget {
  readonly bucket?: Bucket | undefined
  readonly absentBucket?: string | undefined
  /** Not set if the request is about the bucket itself. */
  readonly key?: string | undefined
  readonly versionId?: string | undefined
  /**
   * The tags sent with the request.
   *
   * @default the tags in the `x-amz-tagging` header
   */
  readonly tags?: Tags | undefined
}

export interface NeededAction {
  /**
   * The action's name in bucket policies, without `s3:`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
   */
  readonly action: string
  /**
   * Whether an operation that needs `PutObject` only prepares an object: it starts a multipart upload or
   * uploads a part.
   */
  readonly preparesObject?: true
}

export type BucketTarget = AccessTarget & { readonly bucket: Bucket }

/** The requester's ARN. */
export function principalsOf({ credentials }: Identity): readonly string[] {
  if (!credentials) return []
  return [`arn:aws:iam::${ACCOUNT_ID}:user/${credentials.accessKeyId}`]
}

/** As long as AWS's, and the same at each start. */
function userId({ accessKeyId }: LocalCredentials): string {
  return `AIDA${createHash('sha256').update(accessKeyId).digest('hex').toUpperCase().slice(0, 17)}`
}

export function conditionContext(
  { request, identity, service }: AccessRequest,
  target: BucketTarget,
  { action, preparesObject }: NeededAction,
): ConditionContext {
  const { values } = request
  const now = service.now()
  const { authType, signedAt, credentials } = identity
  const age = signedAt && Math.max(0, now.getTime() - signedAt.getTime())
  const known: Readonly<Record<string, string | undefined>> = {
    'aws:securetransport': String(request.secure),
    'aws:sourceip': request.sourceAddress,
    'aws:useragent': request.headers['user-agent'],
    'aws:referer': request.headers.referer,
    'aws:currenttime': now.toISOString(),
    'aws:epochtime': String(Math.floor(now.getTime() / 1000)),
    'aws:principalarn': principalsOf(identity).at(-1),
    'aws:principalaccount': credentials && ACCOUNT_ID,
    'aws:principaltype': credentials ? 'User' : 'Anonymous',
    'aws:userid': credentials && userId(credentials),
    'aws:resourceaccount': ACCOUNT_ID,
    's3:resourceaccount': ACCOUNT_ID,
    's3:authtype': authType,
    's3:signatureversion': authType && (identity.signatureVersion ?? 'AWS4-HMAC-SHA256'),
    's3:signatureage': age === undefined ? undefined : String(age),
    's3:tlsversion': request.tlsVersion,
    's3:prefix': queryOf(request, 'prefix'),
    's3:delimiter': queryOf(request, 'delimiter'),
    's3:max-keys': queryOf(request, 'max-keys'),
    's3:versionid': target.versionId,
    's3:if-none-match': request.values['if-none-match'],
    's3:if-match': request.values['if-match'],
    's3:objectcreationoperation': action === 'PutObject' ? String(!preparesObject) : undefined,
    's3:object-lock-mode': values[MODE_HEADER],
    's3:object-lock-legal-hold': values[LEGAL_HOLD_HEADER],
    's3:object-lock-retain-until-date': values[UNTIL_HEADER],
    's3:object-lock-remaining-retention-days': remainingDays(values[UNTIL_HEADER], now),
  }
  const requestTags = () => target.tags ?? parseTagHeader(values['x-amz-tagging'])
  return (name) => {
    if (Object.hasOwn(known, name)) return known[name]
    if (name === 's3:requestobjecttagkeys') return Object.keys(requestTags())
    const [, tag] = /^s3:(?:existing|request)objecttag\/(.*)$/.exec(name) ?? []
    if (tag === undefined) return name.startsWith('s3:x-amz-') ? values[name.slice(3)] : undefined
    const tags = name.startsWith('s3:existing') ? existingTags(target) : requestTags()
    return Object.entries(tags).find(([each]) => each.toLowerCase() === tag)?.[1]
  }
}

/** Rounded up, so that a policy that limits the days never allows more. */
function remainingDays(until: string | undefined, now: Date): string | undefined {
  const untilMs = until === undefined ? undefined : parseIsoDate(until)
  return untilMs === undefined
    ? undefined
    : String(Math.ceil((untilMs - now.getTime()) / 86_400_000))
}

function existingTags({ bucket, key, versionId }: BucketTarget): Tags {
  if (key === undefined) return {}
  const versions = bucket.objects.versionsOf(key)
  const version =
    versionId === undefined ? versions[0] : versions.find((each) => each.versionId === versionId)
  return version?.tags ?? {}
}
