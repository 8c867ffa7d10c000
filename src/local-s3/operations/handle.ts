/**
 * One request from its address to its answer: route, authenticate, authorize, operate. Knows
 * nothing of `node:http`.
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import { authorize } from '../access/authorize.ts'
import { checkExpectedOwner } from '../access/expected-owner.ts'
import { type Authenticated, authenticate } from '../auth/authenticate.ts'
import { answerPreflight } from '../cors/cors-headers.ts'
import type { CorsRule } from '../cors/cors-rule.ts'
import { refuseEncryption } from '../encryption/requested-encryption.ts'
import type { Answer } from '../http/answer.ts'
import type { LogNotes } from '../http/log.ts'
import { type S3Request, valuesOf } from '../http/request.ts'
import { type OperationName, routeOf } from '../http/route.ts'
import { sweepIfDue } from '../lifecycle/lifecycle-sweep.ts'
import { bucketOf, type Call, type Service } from './call.ts'
import { OPERATIONS } from './operations.ts'

/**
 * A form says who sent it and for which key only in its body; tags, which a policy may look at,
 * come in it too.
 */
const JUDGED_BY_BODY: ReadonlySet<OperationName> = new Set(['PostObject', 'PutObjectTagging'])

/** S3 does not ask whose bucket it is where there is none yet, and not of a form. */
const OF_NO_OWNER: ReadonlySet<OperationName> = new Set([
  'CreateBucket',
  'ListBuckets',
  'PostObject',
])

/** Those that begin an object, and may say how it is to be encrypted. */
const ENCRYPTING: ReadonlySet<OperationName> = new Set([
  'PutObject',
  'PostObject',
  'CopyObject',
  'CreateMultipartUpload',
])

/** @param notes - Filled for the log. */
export async function handle(
  request: S3Request,
  service: Service,
  notes: LogNotes,
): Promise<Answer> {
  if (request.method === 'OPTIONS') {
    notes.operation = 'Preflight'
    return answerPreflight(request, corsRulesOf(request, service))
  }
  const name = routeOf(request)
  notes.operation = name
  const { identity, payload } = await authenticated(name, request, service)
  if (!OF_NO_OWNER.has(name)) checkExpectedOwner(valuesOf(request))
  if (!request.addressedHere) {
    throw new S3Error('AccessDenied', 'The Host is no name of this server: see its option domains.')
  }
  const call = { request, identity, payload, service, notes }
  if (request.bucket !== undefined && service.store.has(request.bucket)) {
    await sweepIfDue(service.store.bucket(request.bucket), service.now())
  }
  if (!JUDGED_BY_BODY.has(name)) authorize(call, name)
  if (!ENCRYPTING.has(name)) refuseEncryption(valuesOf(request))
  try {
    return await OPERATIONS[name](call)
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchKey') hideMissing(call)
    throw error
  }
}

/** Who may not list a bucket is not told what is missing in it. */
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

/** @returns The CORS rules of the addressed bucket, `undefined` when there are none. */
export function corsRulesOf(request: S3Request, service: Service): readonly CorsRule[] | undefined {
  const name = request.bucket
  if (name === undefined || !service.store.has(name)) return undefined
  return service.store.bucket(name).record.cors
}
