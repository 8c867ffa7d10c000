/**
 * The argument of an operation.
 *
 * @module
 */

import type { PagesFrom } from '../access/pages-from.ts'
import type { AuthContext, Identity } from '../auth/identity.ts'
import type { Payload } from '../auth/payload.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { Store } from '../buckets/store.ts'
import type { Answer } from '../message/response.ts'
import type { LogNotes } from '../http/log.ts'
import type { S3Request } from '../message/request.ts'
import type { ObjectCreatedEvent, ObjectCreatedListener } from '../object-created-event.ts'

/** What all requests of a server share. */
export interface Service extends AuthContext {
  readonly store: Store
  /** Tells the listeners about a created object. Without listeners no event is made. */
  readonly announce: (eventOf: () => ObjectCreatedEvent) => void
  /** Calls a listener for each created object, see `StrictS3`. */
  readonly onObjectCreated: (listener: ObjectCreatedListener) => () => void
  /** Pages that may send requests, unless the key pair has its own `pagesFrom`. */
  readonly pagesFrom: PagesFrom
}

/** An authenticated request for an operation. */
export interface Call {
  readonly request: S3Request
  readonly identity: Identity
  readonly payload: Payload
  readonly service: Service
  readonly notes: LogNotes
}

/** The handler of an operation. */
export type Operation = (call: Call) => Answer | Promise<Answer>

/**
 * Finds the addressed bucket.
 *
 * @throws {S3Error} `NoSuchBucket`
 */
export function bucketOf({ request, service }: Call): Bucket {
  return service.store.bucket(request.bucket ?? '')
}

/** Returns the key of a request whose route demands one. */
export function keyOf({ request }: Call): string {
  return request.key ?? ''
}
