/**
 * Decides whether a request is allowed, based on the rights of its key pair, the bucket policy
 * and the public access block.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { LocalCredentials } from '../auth/identity.ts'
import { bucketArn } from '../message/account.ts'
import { denied } from '../message/refusal.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import { decide } from '../policy/policy-decision.ts'
import { parseBucketPolicy } from '../policy/policy-document.ts'
import {
  type AccessRequest,
  type AccessTarget,
  type BucketTarget,
  conditionContext,
  type NeededAction,
  principalsOf,
} from './access-request.ts'
import { refuseForeignPage } from './foreign-page.ts'

export interface Permission extends NeededAction {
  /** The action for requests that name a version, if S3 has a separate one. */
  readonly versionAction?: string
  /** Another permission that the operation needs. */
  readonly also?: Permission
  /** A key pair with `readOnly` may only use operations whose access is `read`. */
  readonly access: 'read' | 'write'
  /**
   * Determines what a key pair's `prefix` is compared with:
   *
   * - `key`: the request's key. Requests without a key are denied.
   * - `listed keys`: the `prefix` query parameter.
   * - `keys in the body`: nothing yet. The handler checks each key after it has read the body.
   * - `anything`: nothing.
   *
   * @default 'key'
   */
  readonly within?: 'key' | 'listed keys' | 'keys in the body' | 'anything'
  /**
   * Lets the account do this even if the policy denies it or is invalid, so that a wrong policy can be
   * fixed.
   */
  readonly overridesPolicy?: true
}

/**
 * @throws {S3Error} `AccessDenied`, or `NoSuchBucket`, which S3 returns even for unsigned requests.
 */
export function authorize(
  access: AccessRequest,
  permission: Permission,
  target: AccessTarget,
): void {
  const { credentials } = access.identity
  const { bucket, absentBucket } = target
  const { hasKnownKeys } = access.service
  const pagesFrom = credentials?.pagesFrom ?? access.service.pagesFrom
  refuseForeignPage(access.request, bucket?.record.cors, { pagesFrom, hasKnownKeys })
  if (credentials) checkRights(access.request, permission, target.key, credentials)
  if (credentials && permission.within === 'keys in the body') return
  if (bucket) {
    for (let each: Permission | undefined = permission; each; each = each.also) {
      checkPolicy(access, each, { ...target, bucket })
    }
  } else if (!credentials) throw bucketError(absentBucket)
}

function bucketError(absentBucket: string | undefined): S3Error {
  if (absentBucket === undefined) return denied(UNSIGNED)
  return new S3Error('NoSuchBucket', undefined, { BucketName: absentBucket })
}

function checkPolicy(access: AccessRequest, permission: Permission, target: BucketTarget): void {
  const { credentials } = access.identity
  if (credentials && permission.overridesPolicy) return
  const { bucket, key, versionId } = target
  const { policy, publicAccessBlock } = bucket.record
  const named = versionId === undefined ? undefined : permission.versionAction
  const action = `s3:${named ?? permission.action}`
  const arn = bucketArn(access.service.region, bucket.name)
  const resource = key === undefined ? arn : `${arn}/${key}`
  const decision =
    policy === undefined
      ? undefined
      : decide(parseBucketPolicy(policy), {
          principals: principalsOf(access.identity),
          action,
          resource,
          context: conditionContext(access, target, permission),
        })
  if (decision === 'Deny') throw denied(`the bucket policy denies ${action} on ${resource}`)
  if (credentials) return
  if (decision !== 'Allow') {
    throw denied(`${UNSIGNED}, and no bucket policy allows ${action} on ${resource}`)
  }
  if (publicAccessBlock?.restrictPublicBuckets) {
    throw denied(`${UNSIGNED}, and the public access block has RestrictPublicBuckets`)
  }
}

function checkRights(
  request: S3Request,
  { access, within = 'key' }: Permission,
  key: string | undefined,
  { accessKeyId, readOnly, prefix }: LocalCredentials,
): void {
  if (readOnly && access === 'write') throw denied(`the access key ${accessKeyId} may only read`)
  if (prefix === undefined || within === 'anything' || within === 'keys in the body') return
  const place = within === 'listed keys' ? queryOf(request, 'prefix') : key
  if (place?.startsWith(prefix)) return
  throw denied(`the access key ${accessKeyId} may only reach keys that begin with '${prefix}'`)
}

const UNSIGNED = 'the request is not signed'
