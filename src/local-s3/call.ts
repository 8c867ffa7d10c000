/**
 * What an operation is called with.
 *
 * @module
 */

import type { Answer } from './answer.ts'
import type { Bucket } from './bucket.ts'
import type { AuthContext, Identity } from './identity.ts'
import type { LogNotes } from './log.ts'
import type { ObjectCreatedListener } from './object-created.ts'
import type { Payload } from './payload.ts'
import type { S3Request } from './request.ts'
import type { Store } from './store.ts'

/** What all requests share. */
export interface Service extends AuthContext {
  readonly store: Store
  readonly announce: ObjectCreatedListener
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
