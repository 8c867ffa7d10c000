/**
 * Finds a request's operation by method, address (service, bucket or object) and sub-resource.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/refusal.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import type { Operation, Route } from './operation-row.ts'
import { OPERATIONS } from './operation-table.ts'

export interface NamedOperation {
  readonly name: string
  readonly operation: Operation
}

/** `choose` selects the operations that share another operation's route. */
const ROUTED = Object.entries<Operation>(OPERATIONS)
  .map(([name, operation]): NamedOperation => ({ name, operation }))
  .filter(({ operation: { header, rules } }) => header === undefined && !rules?.ownExtension)

const BY_ROUTE = new Map(
  ROUTED.map((row) => [routeKey(row.operation.method, row.operation.on, row.operation.query), row]),
)

/**
 * S3's sub-resources. A query with one of them never selects the plain operation. `session` is
 * missing because S3 only supports it for directory buckets and ignores it elsewhere.
 */
const SUB_RESOURCES = new Set(
  ROUTED.flatMap(({ operation: { query } }) => (query === undefined ? [] : [plainQuery(query)])),
)

function routeKey(method: string, on: Route['on'], query: string | undefined): string {
  return query === undefined ? `${method} ${on}` : `${method} ${on} ?${query}`
}

/**
 * @returns The row, even if this server does not implement the operation.
 * @throws {S3Error} `MethodNotAllowed` or `InvalidArgument`, or `NotImplemented` for a sub-resource
 *   that S3 only supports for other requests.
 */
export function routeOf(request: S3Request): NamedOperation {
  const on = addressed(request)
  const query = request.query.find(([name]) => SUB_RESOURCES.has(name))?.[0]
  const found = lookUp(request, on, query)
  if (found) return choose(request, found)
  if (query) throw missingSubResource(request.method, query)
  throw new S3Error('MethodNotAllowed', undefined, {
    Method: request.method,
    ResourceType: on.toUpperCase(),
  })
}

/** @throws {S3Error} As `routeOf`. */
export function operationName(request: S3Request): string {
  return request.method === 'OPTIONS' ? 'Preflight' : routeOf(request).name
}

/** @param reason - Why the operation is missing, if S3 has it. */
export function missingSubResource(method: string, query = '', reason?: string): S3Error {
  const what = `${method} with the sub-resource '${plainQuery(query)}'`
  return notImplemented(reason === undefined ? what : `${what} (${reason})`)
}

function plainQuery(query: string): string {
  return query.replace(/&.*$/, '')
}

function addressed({ key, bucket }: S3Request): Route['on'] {
  if (key !== undefined) return 'object'
  return bucket ? 'bucket' : 'service'
}

function lookUp(
  request: S3Request,
  on: Route['on'],
  query: string | undefined,
): NamedOperation | undefined {
  for (const second of query === undefined ? [] : ['id', 'annotationName']) {
    if (queryOf(request, second) === undefined) continue
    const found = BY_ROUTE.get(routeKey(request.method, on, `${query}&${second}`))
    if (found) return found
  }
  return BY_ROUTE.get(routeKey(request.method, on, query))
}

function choose(request: S3Request, found: NamedOperation): NamedOperation {
  switch (found.operation) {
    case OPERATIONS.ListObjectsV2:
      // With any other list type, S3 uses the older operation
      // (https://github.com/brekkylab/backlot/pull/204).
      return queryOf(request, 'list-type') === '2' ? found : named('ListObjects')
    case OPERATIONS.ListObjects:
      return listensToEvents(request) ? named('ListenBucketEvents') : found
    case OPERATIONS.PutObject:
      refusePartNumber(request)
      return isCopy(request) ? named('CopyObject') : found
    case OPERATIONS.UploadPart:
      requirePartNumber(request)
      return isCopy(request) ? named('UploadPartCopy') : found
    default:
      return found
  }
}

/** MinIO's `ListenBucketNotification` is the same request with the names of events. */
function listensToEvents(request: S3Request): boolean {
  const events = queryOf(request, 'events')
  if (!events) return events === ''
  throw missingSubResource(
    request.method,
    'events',
    "MinIO's ListenBucketNotification: send events to a webhook instead, with STRICT_S3_WEBHOOK",
  )
}

function named(name: keyof typeof OPERATIONS): NamedOperation {
  return { name, operation: OPERATIONS[name] }
}

function isCopy({ headers }: S3Request): boolean {
  return headers['x-amz-copy-source'] !== undefined
}

/**
 * Without `uploadId`, this request would write an object instead of a part.
 *
 * @see https://github.com/versity/versitygw/issues/1226
 */
function refusePartNumber(request: S3Request): void {
  if (queryOf(request, 'partNumber') === undefined) return
  throw new S3Error(
    'InvalidArgument',
    'This operation does not accept partNumber without uploadId',
    { ArgumentName: 'partNumber', ArgumentValue: 'partNumber' },
  )
}

/** @see https://github.com/versity/versitygw/issues/1236 */
function requirePartNumber(request: S3Request): void {
  if (queryOf(request, 'partNumber') !== undefined) return
  throw new S3Error('MethodNotAllowed', undefined, { Method: 'PUT', ResourceType: 'UPLOAD' })
}
