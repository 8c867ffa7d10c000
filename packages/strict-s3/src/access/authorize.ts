/**
 * Decides whether a request is allowed: by the rights of its key pair, the bucket policy, and the
 * public access block.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { LocalCredentials } from '../auth/identity.ts'
import type { Bucket } from '../buckets/bucket.ts'
import { bucketArn } from '../buckets/bucket-arn.ts'
import type { Tags } from '../buckets/tags.ts'
import { queryOf } from '../message/request.ts'
import type { OperationName } from '../operations/route.ts'
import type { Call } from '../operations/call.ts'
import { refuseForeignPage } from './foreign-page.ts'
import { actionOf } from './policy-action.ts'
import { conditionContext, type PolicyTarget, principalOf } from './policy-context.ts'
import { decide } from './policy-decision.ts'
import { parseBucketPolicy } from './policy-document.ts'

/** What a request accesses, if its URL does not name it. */
export interface AuthorizeTarget {
  readonly bucket: Bucket
  /** The key; missing for the bucket. */
  readonly key?: string
  /** Missing for the newest version. */
  readonly versionId?: string | undefined
  /** Tags in a form or a document, instead of a header. */
  readonly tags?: Tags
}

const READS = /^(?:Get|Head|List)/
const TAGGED = /^(?:PutObject|CopyObject|CreateMultipartUpload)$/
const LISTS = /^List(?:Object|MultipartUpload)/
/** The account can always use these operations, to repair a policy that denies everything. */
const POLICY_OPERATIONS = /^(?:Get|Put|Delete)BucketPolicy$/

/**
 * Checks that a request is allowed.
 *
 * @param target - For requests whose URL does not name it: a form, a list of keys, a copy source.
 * @throws {S3Error} `AccessDenied`; `NoSuchBucket` also for unsigned requests, as S3 does.
 */
export function authorize(call: Call, operation: OperationName, target?: AuthorizeTarget): void {
  const { credentials } = call.identity
  const { bucket, key, versionId } = target ?? addressed(call)
  refuseForeignPage(
    call.request,
    bucket?.record.cors,
    credentials?.pagesFrom ?? call.service.pagesFrom,
  )
  if (credentials) checkRights(call, operation, key, credentials)
  if (!bucket) {
    if (credentials) return
    if (call.request.bucket === undefined || operation === 'CreateBucket') throw denied(UNSIGNED)
    throw new S3Error('NoSuchBucket', undefined, { BucketName: call.request.bucket })
  }
  // The operation checks each key of the list.
  if (operation === 'DeleteObjects' && credentials) return
  const policyTarget = { bucket, key, versionId, tags: target?.tags }
  const decision = policyDecision(call, operation, policyTarget)
  const asked = () =>
    `${actionOf(operation, versionId !== undefined)} on ${resourceOf(call, policyTarget)}`
  if (decision === 'Deny' && !(credentials && POLICY_OPERATIONS.test(operation))) {
    throw denied(`the bucket policy denies ${asked()}`)
  }
  if (bringsTags(call, operation)) authorize(call, 'PutObjectTagging', target)
  if (credentials) return
  if (decision !== 'Allow') throw denied(`${UNSIGNED}, and no bucket policy allows ${asked()}`)
  if (bucket.record.publicAccessBlock?.restrictPublicBuckets) {
    throw denied(`${UNSIGNED}, and the public access block has RestrictPublicBuckets`)
  }
}

/**
 * Tells whether an object is written with tags. That needs a permission of its own.
 */
function bringsTags({ request }: Call, operation: OperationName): boolean {
  return TAGGED.test(operation) && Boolean(request.values['x-amz-tagging'])
}

function addressed({ request, service }: Call): Partial<AuthorizeTarget> {
  const { bucket, key } = request
  return {
    ...(bucket !== undefined && service.store.has(bucket)
      ? { bucket: service.store.bucket(bucket) }
      : {}),
    ...(key === undefined ? {} : { key }),
    versionId: queryOf(request, 'versionId'),
  }
}

function policyDecision(
  call: Call,
  operation: OperationName,
  target: PolicyTarget,
): 'Allow' | 'Deny' | undefined {
  const { bucket, versionId } = target
  const { policy } = bucket.record
  if (policy === undefined) return undefined
  return decide(parseBucketPolicy(policy), {
    principal: principalOf(call),
    action: actionOf(operation, versionId !== undefined),
    resource: resourceOf(call, target),
    context: conditionContext(call, target),
  })
}

function resourceOf({ service }: Call, { bucket, key }: PolicyTarget): string {
  const arn = bucketArn(service.region, bucket.name)
  return key === undefined ? arn : `${arn}/${key}`
}

/** Checks the rights of a key pair in the server's options. */
function checkRights(
  call: Call,
  operation: OperationName,
  key: string | undefined,
  { accessKeyId, readOnly, prefix }: LocalCredentials,
): void {
  if (readOnly && !READS.test(operation))
    throw denied(`the access key ${accessKeyId} may only read`)
  if (prefix === undefined || operation === 'HeadBucket' || operation === 'DeleteObjects') return
  // A key pair with a prefix may list only keys under it.
  const place = LISTS.test(operation) ? queryOf(call.request, 'prefix') : key
  if (place?.startsWith(prefix)) return
  throw denied(`the access key ${accessKeyId} may only reach keys that begin with '${prefix}'`)
}

const UNSIGNED = 'the request is not signed'

/** @param reason - For the log: S3 tells the client no reason. */
function denied(reason: string): S3Error {
  const error = new S3Error('AccessDenied')
  error.cause = { reason }
  return error
}
