/**
 * A row of the table in `operations.ts`: what is in it, and how it is written.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { Permission } from '../access/authorize.ts'
import type { DocumentRules } from '../body/document.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import type { BucketCall, Call, Handler, ObjectCall } from './call.ts'

/** How a request selects an operation. */
export interface Route {
  readonly method: string
  /** What the URL addresses. */
  readonly on: 'service' | 'bucket' | 'object'
  /** The query parameter that selects the operation (S3's sub-resource). */
  readonly query?: string | undefined
  /** The header that selects the operation. */
  readonly header?: string | undefined
}

/** Who may call an operation, and what is checked before and after its body is read. */
export interface Rules extends Permission {
  /**
   * Where the signature is.
   * @default in the `Authorization` header or in the query
   */
  readonly signature?: 'in the form'
  /**
   * When the permission is checked. After the body, the handler does it.
   * @default before the body is read
   */
  readonly permission?: 'after the body'
  /** Whether tags in a header additionally need the permission `PutObjectTagging`. */
  readonly taggingHeader?: 'needs PutObjectTagging'
  /**
   * What happens to a header with the bucket owner that the client expects.
   * @default it is checked
   */
  readonly expectedOwner?: 'ignored'
  /**
   * What happens to headers that ask for encryption.
   * @default they are refused
   */
  readonly encryptionHeaders?: 'read'
  /**
   * What happens to a `versionId` in the query.
   * @default the handler decides
   */
  readonly versionId?: 'refused'
  /** What a document in the body must be like. Other bodies are objects, or are not read. */
  readonly document?: DocumentRules
  /** Whether S3 itself does not have the operation, and ignores its query parameter. */
  readonly ownExtension?: true
}

/** The row of an operation that this server has. */
export interface Implemented extends Route {
  /** Whether the addressed bucket need not exist. */
  readonly createsBucket?: true
  readonly rules: Rules
  readonly run: Handler
}

/** The row of an operation that this server answers with 501. */
export interface Missing extends Route {
  readonly rules?: undefined
  readonly run?: undefined
}

/** A row: an operation of S3. */
export type Operation = Implemented | Missing

type MoreRules = Omit<Rules, 'access' | 'action'>

/** Rules of an operation that a read-only key pair may call. */
export function read(action: string, more: MoreRules = {}): Rules {
  return { action, access: 'read', ...more }
}

/** Rules of an operation that a read-only key pair may not call. */
export function write(action: string, more: MoreRules = {}): Rules {
  return { action, access: 'write', ...more }
}

/**
 * Makes the row of an operation whose URL addresses no bucket.
 *
 * @param route - The method, then the query parameter and the header that select the operation, if
 *   any: `PUT`, `GET ?cors`, `PUT ?uploadId x-amz-copy-source`.
 */
export function service(route: string, rules: Rules, run: Handler): Implemented {
  return { ...parseRoute(route, 'service'), rules, run }
}

/** Makes the row of the operation that creates the addressed bucket. */
export function newBucket(route: string, rules: Rules, run: Handler): Implemented {
  return { ...parseRoute(route, 'bucket'), createsBucket: true, rules, run }
}

/** Makes the row of an operation on a bucket; without rules and handler it is answered with 501. */
export function bucket(route: string): Missing
export function bucket(route: string, rules: Rules, run: Handler<BucketCall>): Implemented
export function bucket(route: string, rules?: Rules, run?: Handler<BucketCall>): Operation {
  const parsed = parseRoute(route, 'bucket')
  if (!rules || !run) return parsed
  return { ...parsed, rules, run: (call) => run({ ...call, bucket: bucketOf(call) }) }
}

/**
 * Makes the row of an operation on an object; without rules and handler it is answered with 501.
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
