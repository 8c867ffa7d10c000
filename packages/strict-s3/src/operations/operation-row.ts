/**
 * The types of the rows in the table in `operation-table.ts`, and functions that create rows.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { Permission } from '../access/authorize.ts'
import type { DocumentRules } from '../body/document.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import type { BucketCall, Call, Handler, ObjectCall } from './call.ts'

/** The method, address and parameters by which a request selects an operation. */
export interface Route {
  readonly method: string
  /** The resource that the URL addresses. */
  readonly on: 'service' | 'bucket' | 'object'
  /** The query parameter that selects the operation (S3's sub-resource). */
  readonly query?: string | undefined
  /** The header that selects the operation. */
  readonly header?: string | undefined
}

/** The permission that an operation needs, and how its requests are checked. */
export interface Rules extends Permission {
  /**
   * Where the request contains its signature.
   * @default in the `Authorization` header or in the query
   */
  readonly signature?: 'in the form'
  /**
   * When the permission is checked. For `after the body`, the handler does it.
   * @default before the body is read
   */
  readonly permission?: 'after the body'
  /** Whether tags in a header additionally need the permission `PutObjectTagging`. */
  readonly taggingHeader?: 'needs PutObjectTagging'
  /**
   * How to treat a header with the bucket owner that the client expects.
   * @default it is checked
   */
  readonly expectedOwner?: 'ignored'
  /**
   * How to treat headers that request encryption.
   * @default requests with such headers are rejected
   */
  readonly encryptionHeaders?: 'read'
  /**
   * How to treat a `versionId` in the query.
   * @default the handler decides
   */
  readonly versionId?: 'refused'
  /** The rules for the document in the body. Missing if the body is an object or is not read. */
  readonly document?: DocumentRules
  /** Whether only this server has the operation. S3 ignores its query parameter. */
  readonly ownExtension?: true
}

/** The row of an operation that this server has. */
export interface Implemented extends Route {
  /** Whether the addressed bucket need not exist. */
  readonly createsBucket?: true
  readonly rules: Rules
  readonly run: Handler
}

/** The row of an operation that this server does not have: the response is 501. */
export interface Missing extends Route {
  readonly rules?: undefined
  readonly run?: undefined
}

/** A row of the table: an S3 operation. */
export type Operation = Implemented | Missing

type MoreRules = Omit<Rules, 'access' | 'action'>

/** Creates the rules of an operation that a read-only key pair may call. */
export function read(action: string, more: MoreRules = {}): Rules {
  return { action, access: 'read', ...more }
}

/** Creates the rules of an operation that a read-only key pair may not call. */
export function write(action: string, more: MoreRules = {}): Rules {
  return { action, access: 'write', ...more }
}

/**
 * Creates the row of an operation whose URL does not address a bucket.
 *
 * @param route - The method, then the query parameter and the header that select the operation, if
 *   any: `PUT`, `GET ?cors`, `PUT ?uploadId x-amz-copy-source`.
 */
export function service(route: string, rules: Rules, run: Handler): Implemented {
  return { ...parseRoute(route, 'service'), rules, run }
}

/** Creates the row of the operation that creates the addressed bucket. */
export function newBucket(route: string, rules: Rules, run: Handler): Implemented {
  return { ...parseRoute(route, 'bucket'), createsBucket: true, rules, run }
}

/**
 * Creates the row of an operation on a bucket. Without rules and a handler, the response is 501.
 */
export function bucket(route: string): Missing
export function bucket(route: string, rules: Rules, run: Handler<BucketCall>): Implemented
export function bucket(route: string, rules?: Rules, run?: Handler<BucketCall>): Operation {
  const parsed = parseRoute(route, 'bucket')
  if (!rules || !run) return parsed
  return { ...parsed, rules, run: (call) => run({ ...call, bucket: bucketOf(call) }) }
}

/**
 * Creates the row of an operation on an object. Without rules and a handler, the response is 501.
 */
export function object(route: string): Missing
export function object(route: string, rules: Rules, run: Handler<ObjectCall>): Implemented
export function object(route: string, rules?: Rules, run?: Handler<ObjectCall>): Operation {
  const parsed = parseRoute(route, 'object')
  if (!rules || !run) return parsed
  return {
    ...parsed,
    rules,
    run: (call) => {
      const { key = '' } = call.request
      const bucket = bucketOf(call)
      if (rules.versionId === 'refused') refuseVersionId(call.request)
      return run({ ...call, bucket, key })
    },
  }
}

function parseRoute(route: string, on: Route['on']): Route {
  const [method = '', ...selectors] = route.split(' ')
  const query = selectors.find((each) => each.startsWith('?'))?.slice(1)
  const header = selectors.find((each) => !each.startsWith('?'))
  return { method, on, query, header }
}

function bucketOf({ request, service: { store } }: Call) {
  return store.bucket(request.bucket ?? '')
}

/** @see https://github.com/scality/cloudserver/pull/712 */
function refuseVersionId(request: S3Request): void {
  const versionId = queryOf(request, 'versionId')
  if (versionId === undefined) return
  throw new S3Error('InvalidArgument', 'This operation does not accept a version-id.', {
    ArgumentName: 'versionId',
    ArgumentValue: versionId,
  })
}
