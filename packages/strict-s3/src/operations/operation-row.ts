/**
 * Types of the rows in `operation-table.ts`, and functions that create them.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { Permission } from '../access/authorize.ts'
import type { DocumentRules } from '../body/document.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import type { BucketCall, Call, Handler, ObjectCall } from './call.ts'

export interface Route {
  readonly method: string
  readonly on: 'service' | 'bucket' | 'object'
  /**
   * The query parameter that selects the operation. S3 calls it a sub-resource. After `&` comes a
   * second parameter, as in `analytics&id`.
   */
  readonly query?: string | undefined
  readonly header?: string | undefined
}

export interface Rules extends Permission {
  /**
   * Where the request contains its signature.
   *
   * @default the `Authorization` header or the query
   */
  readonly signature?: 'in the form'
  /**
   * For which region the request must be signed, if the server has several.
   *
   * @default the bucket's
   */
  readonly region?: "the bucket's or us-east-1"
  /**
   * When the permission is checked. With `after the body`, the handler checks it.
   *
   * @default before the body is read
   */
  readonly permission?: 'after the body'
  /** Whether headers for tags and locks need their own permissions, see `authorizeHeaders`. */
  readonly objectHeaders?: 'need permissions'
  /**
   * How to treat `x-amz-expected-bucket-owner`.
   *
   * @default it must name this account
   */
  readonly expectedOwner?: 'ignored'
  /**
   * How to treat headers that request encryption.
   *
   * @default requests with such headers are rejected
   */
  readonly encryptionHeaders?: 'read'
  /**
   * How to treat a `versionId` in the query.
   *
   * @default the handler decides
   */
  readonly versionId?: 'refused'
  readonly document?: DocumentRules
  /** Whether only this server has the operation. S3 ignores its query parameter. */
  readonly ownExtension?: true
}

export interface Implemented extends Route {
  /**
   * What the response says, if the operation only has S3's response for a setting that was never
   * changed.
   */
  readonly defaultAnswer?: string
  /** The addressed bucket need not exist. */
  readonly createsBucket?: true
  readonly rules: Rules
  readonly run: Handler
}

/** The server responds with 501. */
export interface Missing extends Route {
  readonly reason: string
  readonly rules?: undefined
  readonly run?: undefined
}

export type Operation = Implemented | Missing

type MoreRules = Omit<Rules, 'access' | 'action'>

export function read(action: string, more: MoreRules = {}): Rules {
  return { action, access: 'read', ...more }
}

export function write(action: string, more: MoreRules = {}): Rules {
  return { action, access: 'write', ...more }
}

/**
 * For operations whose URL does not address a bucket.
 *
 * @param route - The method, then the query parameter and the header that select the operation, if
 *   any: `PUT`, `GET ?cors`, `PUT ?uploadId x-amz-copy-source`.
 */
export function service(route: string, rules: Rules, run: Handler): Implemented {
  return { ...parseRoute(route, 'service'), rules, run }
}

export function newBucket(route: string, rules: Rules, run: Handler): Implemented {
  return { ...parseRoute(route, 'bucket'), createsBucket: true, rules, run }
}

export function bucket(route: string, rules: Rules, run: Handler<BucketCall>): Implemented {
  return {
    ...parseRoute(route, 'bucket'),
    rules,
    run: (call) => run({ ...call, bucket: bucketOf(call) }),
  }
}

/** @param answer - What the response says, for the documentation. */
export function unchanged(
  route: string,
  rules: Rules,
  run: Handler<BucketCall>,
  answer: string,
): Implemented {
  return { ...bucket(route, rules, run), defaultAnswer: answer }
}

/** @param reason - For the documentation and the error message. */
export function missing(on: 'bucket' | 'object', route: string, reason: string): Missing {
  return { ...parseRoute(route, on), reason }
}

export function object(route: string, rules: Rules, run: Handler<ObjectCall>): Implemented {
  return {
    ...parseRoute(route, 'object'),
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
