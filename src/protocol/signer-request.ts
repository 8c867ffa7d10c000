/**
 * A call to the signer and its answer, as plain objects.
 *
 * @module
 */

/** Who calls, where a front of the signer has verified it. */
export interface VerifiedCaller {
  /**
   * The caller's stable id: the ARN of an IAM principal, or issuer and subject of a token as `<iss>#<sub>`. An issuer's
   * address has no `#`, so the first one divides them.
   */
  readonly owner: string
  /** The token's claims, verified. Missing where the caller brought no token. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** An HTTP request as plain objects; what a rule sees of the call. */
export interface SignerRequest {
  readonly method: string
  /** Path below the signer's base URL: `''`, `/parts`, `/list`, `/complete` or `/abort`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Text of a JSON body, if any. */
  readonly body?: string
  /** The body did not arrive in the time that it had; the signer answers `REQUEST_TIMEOUT`. */
  readonly bodyTimedOut?: boolean
  /**
   * Set by the code that hands the request over, after it has verified who calls: `lambdaHandler` does with
   * `WAYBILL_AUTH` `iam` and `jwt`. It is a member and no header, so no client can set it.
   */
  readonly caller?: VerifiedCaller
}

export interface SignerResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
