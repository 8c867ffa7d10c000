/**
 * Handles a request: route, authenticate, authorize, run the operation. Independent of `node:http`.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { authorize } from '../access/authorize.ts'
import { checkExpectedOwner } from '../access/expected-owner.ts'
import { type Authenticated, authenticate } from '../auth/authenticate.ts'
import { answerPreflight } from '../cors/cors-headers.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import { refuseEncryption } from '../encryption/requested-encryption.ts'
import type { Answer } from '../message/response.ts'
import type { LogNotes } from '../http/log.ts'
import type { S3Request } from '../message/request.ts'
import { missingOperation, type OperationName, routeOf } from './route.ts'
import { sweepIfDue } from '../lifecycle/lifecycle-sweep.ts'
import { bucketOf, type Call, type Service } from './call.ts'
import { OPERATIONS } from './operations.ts'

/**
 * Operations that are authorized after their body is read: a form has its signature and key there,
 * and a policy may have conditions on tags.
 */
const JUDGED_BY_BODY: ReadonlySet<OperationName> = new Set(['PostObject', 'PutObjectTagging'])

/**
 * Operations for which S3 does not check the expected bucket owner: there is no bucket yet, or it
 * is a form.
 */
const OF_NO_OWNER: ReadonlySet<OperationName> = new Set([
  'CreateBucket',
  'ListBuckets',
  'PostObject',
])

/** Operations that create an object and may name its encryption. */
const ENCRYPTING: ReadonlySet<OperationName> = new Set([
  'PutObject',
  'PostObject',
  'CopyObject',
  'CreateMultipartUpload',
])

/**
 * Handles a request.
 *
 * @param notes - Receives what the log needs to know.
 */
export async function handle(
  request: S3Request,
  service: Service,
  notes: LogNotes,
): Promise<Answer> {
  if (request.method === 'OPTIONS') {
    notes.operation = 'Preflight'
    return answerPreflight(request, corsRulesOf(request, service))
  }
  notes.operation = missingOperation(request)
  const name = routeOf(request)
  notes.operation = name
  const { identity, payload } = await authenticated(name, request, service)
  if (!OF_NO_OWNER.has(name)) checkExpectedOwner(request.values)
  if (!request.addressedHere) {
    throw new S3Error(
      'AccessDenied',
      'The Host is not a name of this server: see its option domains.',
    )
  }
  const call = { request, identity, payload, service, notes }
  if (request.bucket !== undefined && service.store.has(request.bucket)) {
    await sweepIfDue(service.store.bucket(request.bucket), service.now())
  }
  if (!JUDGED_BY_BODY.has(name)) authorize(call, name)
  if (!ENCRYPTING.has(name)) refuseEncryption(request.values)
  try {
    return await OPERATIONS[name](call)
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchKey') hideMissing(call)
    throw error
  }
}

/** Hides `NoSuchKey` from a requester who may not list the bucket, as S3 does. */
function hideMissing(call: Call): void {
  if (!call.identity.credentials) authorize(call, 'ListObjectsV2', { bucket: bucketOf(call) })
}

async function authenticated(
  name: OperationName,
  request: S3Request,
  service: Service,
): Promise<Authenticated> {
  if (name !== 'PostObject') return authenticate(request, service)
  if (request.headers.authorization !== undefined) {
    throw new S3Error('InvalidArgument', 'A POST form carries its own signature.', {
      ArgumentName: 'x-amz-content-sha256',
    })
  }
  return { identity: {}, payload: { kind: 'unsigned' } }
}

/** Returns the CORS rules of the addressed bucket; `undefined` when there are none. */
export function corsRulesOf(request: S3Request, service: Service): readonly CorsRule[] | undefined {
  const name = request.bucket
  if (name === undefined || !service.store.has(name)) return undefined
  return service.store.bucket(name).record.cors
}
