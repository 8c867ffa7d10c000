/**
 * The argument of an operation's handler.
 *
 * @module
 */

import type { AccessRequest, AccessTarget } from '../access/policy-context.ts'
import type { AuthContext, Identity, PagesFrom } from '../auth/identity.ts'
import type { Payload } from '../auth/payload.ts'
import type { DocumentRules } from '../body/document.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { Store } from '../buckets/store.ts'
import type { S3Request } from '../message/request.ts'
import type { S3Response } from '../message/response.ts'
import type { ObjectCreatedEvent, ObjectCreatedListener } from './object/object-created.ts'

/** What all requests of a server share. */
export interface Service extends AuthContext {
  readonly store: Store
  /** Host names whose first label is a bucket. */
  readonly domains: readonly string[]
  /** Tells the listeners about a created object. Without listeners no event is made. */
  readonly announce: (makeEvent: () => ObjectCreatedEvent) => void
  /** Calls a listener for each created object, see `StrictS3`. */
  readonly onObjectCreated: (listener: ObjectCreatedListener) => () => void
  /** Pages that may send requests, unless the key pair has its own `pagesFrom`. */
  readonly pagesFrom: PagesFrom
}

/** What the log learns about a request while it is handled. */
export interface RequestNotes {
  readonly time: Date
  readonly requestId: string
  /** S3's name of the operation; `-` while it is unknown. */
  operation: string
  /** Missing when the address or the head of the request is invalid. */
  request?: S3Request
  /** The key of a form, which is not in the path. */
  formKey?: string
  /** Why the response is an error. */
  error?: unknown
}

/** An authenticated request. */
export interface Call {
  readonly request: S3Request
  readonly identity: Identity
  readonly payload: Payload
  readonly service: Service
  readonly notes: RequestNotes
  /** What the body must be like, if the operation takes a document. */
  readonly document: DocumentRules | undefined
  /**
   * Checks the permission of an operation: of this one, if it depends on the body, or of one that
   * this one includes, such as reading the source of a copy.
   *
   * @param asked - In place of this call's: a form has both in its fields.
   * @throws {S3Error} `AccessDenied`
   */
  readonly authorize: (
    operation: 'DeleteObject' | 'GetObject' | 'PostObject' | 'PutObjectTagging',
    target: AccessTarget,
    asked?: Pick<AccessRequest, 'identity' | 'request'>,
  ) => void
}

/** A request for a bucket that exists. */
export interface BucketCall extends Call {
  readonly bucket: Bucket
}

/** A request for an object, which may not exist. */
export interface ObjectCall extends BucketCall {
  readonly key: string
}

/** Runs an operation. */
export type Handler<C extends Call = Call> = (call: C) => S3Response | Promise<S3Response>
