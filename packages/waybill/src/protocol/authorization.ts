import type { UploadLimits } from './upload-limits.ts'

/**
 * Identifies the caller. `key` and `onComplete` get the object that `authorize` returns, with all
 * its properties.
 */
export interface Authorization {
  /** The caller's stable id; not empty. Only an upload's owner can resume, complete or abort it. */
  readonly owner: string
  /** Limits for this caller, or a list of them: all apply. They can only narrow the rule's. */
  readonly only?: UploadLimits | readonly UploadLimits[] | undefined
}

/**
 * An authorization whose `owner` may be `undefined`. `authorize` must not return it, but the rule's
 * type accepts it, so that the compiler reports this mistake rather than a missing `public`.
 */
export type UnsureAuthorization = object &
  Pick<Authorization, 'only'> & { readonly owner: string | undefined }

/** What a public rule's `authorize` returns. Uploads under such a rule need no owner. */
export type PublicAuthorization = object &
  Pick<Authorization, 'only'> & { readonly owner?: string | undefined }

/**
 * Identifies the caller or rejects the call. Runs on every call.
 *
 * Return `false` to reject an unknown caller (`UNAUTHENTICATED`, 401). To reject a known caller,
 * throw `new UploadError('FORBIDDEN', …)`. `context` is the value that the application passed to
 * `signer.fetch`.
 */
export type Authorize<A extends PublicAuthorization = Authorization, Context = unknown> = (
  request: SignerRequest,
  context: Context,
) => A | false | Promise<A | false>

/**
 * Marks the authorization of an application's own server, which `tokenAuthorize` returns for tokens
 * whose `scope` is `backend`. A symbol, so that no object of the application has it by accident.
 */
export const BACKEND: unique symbol = Symbol('waybill.backend')

/** A caller whose identity was verified before the signer was called. */
export interface VerifiedCaller {
  /**
   * The caller's stable id: an IAM principal's ARN, or a token's issuer and subject as
   * `<iss>#<sub>`. Issuer URLs contain no `#`, so the first `#` separates the two.
   */
  readonly owner: string
  /** The token's verified claims. Missing if the caller sent no token. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** An HTTP request as a plain object, passed to a rule's `authorize`. */
export interface SignerRequest {
  readonly method: string
  /** Path relative to the signer's base URL, such as `''`, `/complete` or `/link`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON body, if any. */
  readonly body?: string
  /** Set if the body did not arrive in time. The signer then responds with `REQUEST_TIMEOUT`. */
  readonly bodyTimedOut?: boolean
  /**
   * Set by code that has verified the caller, such as `lambdaHandler` if `WAYBILL_AUTH` is `iam` or
   * `jwt`. It is not a header, so no client can set it.
   */
  readonly caller?: VerifiedCaller
}

/** An HTTP response as a plain object. */
export interface SignerResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
