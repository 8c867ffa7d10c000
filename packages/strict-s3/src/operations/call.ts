import type { AccessRequest, AccessTarget } from '../access/access-request.ts'
import type { AuthContext, Identity, PagesFrom } from '../auth/identity.ts'
import type { Payload } from '../auth/payload.ts'
import type { DocumentRules } from '../body/document.ts'
import type { Bucket } from '../buckets/bucket.ts'
import type { Regions } from '../buckets/region.ts'
import type { Store } from '../buckets/store.ts'
import type { S3Request } from '../message/request.ts'
import type { S3Response } from '../message/response.ts'
import type { Announcer } from '../notifications/announcer.ts'
import type { Webhooks } from '../notifications/webhooks.ts'

export interface Service extends AuthContext {
  readonly store: Store
  /** `region` is one of these: the addressed bucket's, or else the signature's. */
  readonly regions: Regions
  /** A bucket name can precede these host names (virtual-hosted style). */
  readonly domains: readonly string[]
  readonly announcer: Announcer
  readonly webhooks: Webhooks
  /** The default for key pairs without their own `pagesFrom`, and for unsigned requests. */
  readonly pagesFrom: PagesFrom
  readonly hasKnownKeys: boolean
}

export interface RequestNotes {
  readonly time: Date
  readonly requestId: string
  /** S3's name for the operation, or `-` until it is known. */
  operation: string
  /** Not set if the request's address or headers are invalid. */
  request?: S3Request
  /** A form's key, which is not in the path. */
  formKey?: string
  /** Size in bytes of the object, part or range that was stored or read. */
  size?: number
  /** The kind of fault that was injected. */
  fault?: string
  error?: unknown
}

/** The permissions that handlers check themselves. */
export type NeededPermission =
  | 'BypassGovernanceRetention'
  | 'DeleteObject'
  | 'GetObject'
  | 'GetObjectLegalHold'
  | 'GetObjectRetention'
  | 'PostObject'
  | 'PutObjectLegalHold'
  | 'PutObjectRetention'
  | 'PutObjectTagging'

export interface Call {
  readonly request: S3Request
  readonly identity: Identity
  readonly payload: Payload
  readonly service: Service
  readonly notes: RequestNotes
  readonly document: DocumentRules | undefined
  /**
   * Checks a permission. Handlers call this if the permission depends on the body, or if they
   * include another operation, such as reading a copy's source.
   *
   * @param asked - Overrides the call's request and identity. For a form, both come from its
   *   fields.
   * @throws {S3Error} `AccessDenied`
   */
  readonly authorize: (
    operation: NeededPermission,
    target: AccessTarget,
    asked?: Pick<AccessRequest, 'identity' | 'request'>,
  ) => void
}

export interface BucketCall extends Call {
  readonly bucket: Bucket
}

export interface ObjectCall extends BucketCall {
  readonly key: string
}

export type Handler<C extends Call = Call> = (call: C) => S3Response | Promise<S3Response>
