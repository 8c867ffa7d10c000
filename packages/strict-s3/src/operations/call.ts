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

/** The state and settings that all of a server's requests share. */
export interface Service extends AuthContext {
  readonly store: Store
  /** Host names whose first label is a bucket. */
  readonly domains: readonly string[]
  /** Notifies the listeners of a created object. Without listeners, `makeEvent` is not called. */
  readonly announce: (makeEvent: () => ObjectCreatedEvent) => void
  /** Adds a listener for created objects, see `StrictS3`. */
  readonly onObjectCreated: (listener: ObjectCreatedListener) => () => void
  /** Pages that may send requests, unless the key pair has its own `pagesFrom`. */
  readonly pagesFrom: PagesFrom
}

/** Data about a request for the log, collected while it is being handled. */
export interface RequestNotes {
  readonly time: Date
  readonly requestId: string
  /** S3's name for the operation, or `-` while it is unknown. */
  operation: string
  /** Missing if the address or the headers of the request are invalid. */
  request?: S3Request
  /** The key of a form, which is not in the path. */
  formKey?: string
  /** The reason why the response is an error. */
  error?: unknown
}

/** An authenticated request. */
export interface Call {
  readonly request: S3Request
  readonly identity: Identity
  readonly payload: Payload
  readonly service: Service
  readonly notes: RequestNotes
  /** The rules for the document in the body, if the operation expects one. */
  readonly document: DocumentRules | undefined
  /**
   * Checks the permission of an operation. Handlers call this if their own permission depends on
   * the body, or if they include another operation, such as reading the source of a copy.
   *
   * @param asked - Replaces the call's own request and identity. (A form has both in its fields.)
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
