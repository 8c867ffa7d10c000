/**
 * Implements S3 as a function from a plain request to a plain response, independent of `node:http`.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { AccessTarget } from '../access/access-request.ts'
import { authorize, type Permission } from '../access/authorize.ts'
import { documentHeaders } from '../access/foreign-page.ts'
import { type Authenticated, authenticate } from '../auth/authenticate.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { BucketRecord } from '../buckets/records.ts'
import { regionOfBucket, regionOfSignature } from '../buckets/region.ts'
import { answerPreflight, corsHeaders } from '../cors/cors-headers.ts'
import { refuseEncryption } from '../encryption/requested-encryption.ts'
import { sweepIfDue } from '../lifecycle/sweep.ts'
import { checkExpectedOwner } from '../message/account.ts'
import {
  type HttpRequest,
  queryOf,
  readRequest,
  refuseForeignHost,
  requestId,
  type S3Request,
} from '../message/request.ts'
import { commonHeaders, errorResponse, type S3Response } from '../message/response.ts'
import { authorizeHeaders } from '../objects/new-object.ts'
import type { Call, NeededPermission, RequestNotes, Service } from './call.ts'
import { missingSubResource, operationName, routeOf } from './find-operation.ts'
import { type Implemented, write } from './operation-row.ts'
import { OPERATIONS } from './operation-table.ts'

export interface Handled {
  readonly response: S3Response
  readonly notes: RequestNotes
}

/** What an injected fault changes. */
export interface Injected {
  /** The kind of fault. */
  readonly fault: string
  /** How far the clock that checks signatures is ahead. */
  readonly skewMs: number
  /** Thrown instead of performing the operation. */
  readonly refusal?: S3Error
  /** Whether `refusal` is thrown before the request body has been read. */
  readonly isEarly?: boolean
}

/** Never rejects. Errors become S3's error documents. */
export async function handle(
  http: HttpRequest,
  plainService: Service,
  injected?: Injected,
): Promise<Handled> {
  if (plainService.store.resetting) await plainService.store.resetting
  const service = injected ? skewed(plainService, injected.skewMs) : plainService
  const notes: RequestNotes = { time: plainService.now(), requestId: requestId(), operation: '-' }
  if (injected) notes.fault = injected.fault
  // Clients correct their clocks with this date, so it comes from the clock that checks signatures.
  const date = service.now().toUTCString()
  let headers: Readonly<Record<string, string>> = { ...commonHeaders(notes.requestId), date }
  try {
    const request = readRequest(http, service.domains, notes.requestId)
    notes.request = request
    const bucket = addressedBucket(request, service)?.record
    headers = { ...headers, ...corsHeaders(request, bucket?.cors) }
    if (injected?.refusal) {
      notes.operation = operationName(request)
      if (!injected.isEarly) for await (const _ of request.body);
      throw injected.refusal
    }
    const response =
      request.method === 'OPTIONS'
        ? preflight(request, bucket, notes)
        : await perform(request, service, notes)
    const guarded = documentHeaders(request, response.headers['content-type'])
    return {
      response: { ...response, headers: { ...headers, ...guarded, ...response.headers } },
      notes,
    }
  } catch (error) {
    notes.error = error
    return { response: errorResponse(toS3Error(error), headers), notes }
  }
}

function skewed(service: Service, skewMs: number): Service {
  return { ...service, now: () => new Date(service.now().getTime() + skewMs) }
}

function addressedBucket({ bucket }: S3Request, { store }: Service): Bucket | undefined {
  return bucket !== undefined && store.has(bucket) ? store.bucket(bucket) : undefined
}

function preflight(
  request: S3Request,
  bucket: BucketRecord | undefined,
  notes: RequestNotes,
): S3Response {
  notes.operation = 'Preflight'
  return answerPreflight(request, bucket)
}

/** Checks the operation's rules in S3's order, and then runs its handler. */
async function perform(
  request: S3Request,
  anyService: Service,
  notes: RequestNotes,
): Promise<S3Response> {
  const { name, operation } = routeOf(request)
  notes.operation = name
  if (!operation.rules) {
    if (request.bucket !== undefined) anyService.store.bucket(request.bucket)
    throw missingSubResource(request.method, operation.query, operation.reason)
  }
  const { rules, run } = operation
  const service = inRegion(anyService, request, operation)
  const { identity, payload } =
    rules.signature === 'in the form'
      ? unsignedForm(request)
      : await authenticate(request, signedIn(service, request, operation))
  if (rules.expectedOwner !== 'ignored') checkExpectedOwner(request.values)
  refuseForeignHost(request)
  const call: Call = {
    request,
    identity,
    payload,
    service,
    notes,
    document: rules.document,
    authorize: (needed, target, asked) =>
      authorize({ ...call, ...asked }, permissionFor(needed), target),
  }
  const bucket = addressedBucket(request, service)
  if (bucket) await sweepIfDue(bucket, notes.time, service.announcer)
  if (rules.permission !== 'after the body') checkPermission(call, operation, bucket)
  if (rules.encryptionHeaders !== 'read') refuseEncryption(request.values)
  try {
    return await run(call)
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchKey') hideMissing(call, bucket)
    throw error
  }
}

function permissionFor(needed: NeededPermission): Permission {
  return needed === 'BypassGovernanceRetention' ? write(needed) : OPERATIONS[needed].rules
}

function inRegion(service: Service, request: S3Request, { createsBucket }: Implemented): Service {
  const { regions } = service
  if (regions.length === 1) return service
  const bucket = createsBucket ? undefined : addressedBucket(request, service)
  const region = bucket
    ? regionOfBucket(bucket.record, regions)
    : regionOfSignature(request, regions)
  return { ...service, region }
}

/** The service whose region the request must be signed for. */
function signedIn(service: Service, request: S3Request, { rules }: Implemented): Service {
  if (rules.region === undefined) return service
  const region = regionOfSignature(request, service.regions)
  return region === 'us-east-1' ? { ...service, region } : service
}

/** A form's signature is in its fields, which the handler reads later. */
function unsignedForm({ headers }: S3Request): Authenticated {
  if (headers.authorization === undefined) return { identity: {}, payload: { kind: 'unsigned' } }
  throw new S3Error('InvalidArgument', 'A POST form carries its own signature.', {
    ArgumentName: 'x-amz-content-sha256',
  })
}

function checkPermission(
  call: Call,
  { rules, createsBucket }: Implemented,
  bucket: Bucket | undefined,
): void {
  const { request } = call
  const target: AccessTarget = {
    bucket,
    absentBucket: createsBucket ? undefined : request.bucket,
    key: request.key,
    versionId: queryOf(request, 'versionId'),
  }
  authorize(call, rules, target)
  if (!bucket || !rules.objectHeaders) return
  authorizeHeaders(request.values, (needed) => call.authorize(needed, target))
}

/** Like S3, hides `NoSuchKey` from requesters who may not list the bucket. */
function hideMissing(call: Call, bucket: Bucket | undefined): void {
  if (!call.identity.credentials) authorize(call, OPERATIONS.ListObjectsV2.rules, { bucket })
}

/**
 * All errors other than `S3Error` are failures of this server, so their details only go to the log.
 */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  const internal = new S3Error('InternalError', isFullDisk(error) ? FULL_DISK : undefined)
  internal.cause = error
  return internal
}

/**
 * S3 has no such message, because its disks are never full. This message tells the developer the
 * cause.
 */
const FULL_DISK =
  'We encountered an internal error: the disk is full. Please make room and try again.'

function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  return error.code === 'ENOSPC' || error.code === 'EDQUOT'
}
