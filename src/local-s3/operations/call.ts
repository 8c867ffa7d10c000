/**
 * What an operation is called with.
 *
 * @module
 */

import type { PagesFrom } from '../access/foreign-page.ts'
import type { AuthContext, Identity } from '../auth/identity.ts'
import type { Payload } from '../auth/payload.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { Store } from '../buckets/store.ts'
import type { Answer } from '../http/answer.ts'
import type { LogNotes } from '../http/log.ts'
import type { S3Request } from '../http/request.ts'
import type { ObjectCreatedListener } from '../object-created-event.ts'

/** What all requests share. */
export interface Service extends AuthContext {
  readonly store: Store
  readonly announce: ObjectCreatedListener
  /** Whose pages may send requests, where the key pair does not say. */
  readonly pagesFrom: PagesFrom
}

export interface Call {
  readonly request: S3Request
  readonly identity: Identity
  readonly payload: Payload
  readonly service: Service
  readonly notes: LogNotes
}

export type Operation = (call: Call) => Answer | Promise<Answer>

/** @throws {S3Error} `NoSuchBucket` */
export function bucketOf({ request, service }: Call): Bucket {
  return service.store.bucket(request.bucket ?? '')
}

/** The key that the router has made sure of. */
export function keyOf({ request }: Call): string {
  return request.key ?? ''
}
