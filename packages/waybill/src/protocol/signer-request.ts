/**
 * A call to the signer and its response, as plain objects.
 *
 * @module
 */

/** A caller that was verified before the signer was called. */
export interface VerifiedCaller {
  /**
   * The caller's stable id: the ARN of an IAM principal, or issuer and subject of a token as
   * `<iss>#<sub>`. An issuer URL contains no `#`, so the first one separates the two.
   */
  readonly owner: string
  /** The verified claims of the token. Missing if the caller sent no token. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** An HTTP request as a plain object, passed to a rule's `authorize`. */
export interface SignerRequest {
  readonly method: string
  /** Path below the signer's base URL, such as `''`, `/complete` or `/link`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** With lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON body, if any. */
  readonly body?: string
  /** The body did not arrive in time; the signer responds with `REQUEST_TIMEOUT`. */
  readonly bodyTimedOut?: boolean
  /**
   * Set by the code that verified the caller: `lambdaHandler` does so if `WAYBILL_AUTH` is `iam` or
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
