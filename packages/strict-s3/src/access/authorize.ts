/**
 * Decides whether a request is allowed, based on the rights of its key pair, the bucket policy, and
 * the public access block.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { LocalCredentials } from '../auth/identity.ts'
import { bucketArn } from '../message/account.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import { refuseForeignPage } from './foreign-page.ts'
import {
  type AccessRequest,
  type AccessTarget,
  type BucketTarget,
  conditionContext,
  principalOf,
} from './policy-context.ts'
import { decide } from './policy-decision.ts'
import { parseBucketPolicy } from './policy-document.ts'

/** The permission that an operation needs. It is part of its row in `operations/operation-table.ts`. */
export interface Permission {
  /**
   * The action in bucket policies, without `s3:`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
   */
  readonly action: string
  /** The action if the request names a version, for operations that have a separate one. */
  readonly versionAction?: string
  /** The kind of access. A key pair with `readOnly` may only use operations that `read`. */
  readonly access: 'read' | 'write'
  /**
   * What must begin with the `prefix` of a key pair. `key` denies access to key pairs with a prefix
   * if the request has no key. For `keys in the body`, this check lets every signed request pass,
   * and the handler checks each key.
   * @default 'key'
   */
  readonly within?: 'key' | 'listed keys' | 'keys in the body' | 'anything'
  /** Whether the account may do this even if the policy denies it, to be able to fix the policy. */
  readonly overridesPolicy?: true
}

/**
 * Checks that a request is allowed.
 *
 * @throws {S3Error} `AccessDenied`, or `NoSuchBucket`, which S3 returns even for unsigned requests.
 */
export function authorize(
  access: AccessRequest,
  permission: Permission,
  target: AccessTarget,
): void {
  const { credentials } = access.identity
  const { bucket, absentBucket } = target
  const pagesFrom = credentials?.pagesFrom ?? access.service.pagesFrom
  refuseForeignPage(access.request, bucket?.record.cors, pagesFrom)
  if (credentials) checkRights(access.request, permission, target.key, credentials)
  if (credentials && permission.within === 'keys in the body') return
  if (bucket) checkPolicy(access, permission, { ...target, bucket })
  else if (!credentials) throw bucketError(absentBucket)
}

function bucketError(absentBucket: string | undefined): S3Error {
  if (absentBucket === undefined) return denied(UNSIGNED)
  return new S3Error('NoSuchBucket', undefined, { BucketName: absentBucket })
}

function checkPolicy(access: AccessRequest, permission: Permission, target: BucketTarget): void {
  const { credentials } = access.identity
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
          principal: principalOf(access.identity),
          action,
          resource,
          context: conditionContext(access, target),
        })
  if (decision === 'Deny' && !(credentials && permission.overridesPolicy)) {
    throw denied(`the bucket policy denies ${action} on ${resource}`)
  }
  if (credentials) return
  if (decision !== 'Allow') {
    throw denied(`${UNSIGNED}, and no bucket policy allows ${action} on ${resource}`)
  }
  if (publicAccessBlock?.restrictPublicBuckets) {
    throw denied(`${UNSIGNED}, and the public access block has RestrictPublicBuckets`)
  }
}

/** Checks the rights that the server's options give a key pair. */
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

/** @param reason - Only logged, because S3 does not tell it to the client. */
function denied(reason: string): S3Error {
  const error = new S3Error('AccessDenied')
  error.cause = { reason }
  return error
}
