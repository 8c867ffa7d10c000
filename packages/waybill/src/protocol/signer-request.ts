/**
 * A call to the signer and the response, as plain objects; how large the body of a call may be.
 *
 * @module
 */

/** A caller that the code before the signer has verified. */
export interface VerifiedCaller {
  /**
   * The caller's stable id: the ARN of an IAM principal, or issuer and subject of a token as
   * `<iss>#<sub>`. The address of an issuer has no `#`, so the first one separates them.
   */
  readonly owner: string
  /** The verified claims of the token. Missing when the caller sent no token. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** An HTTP request as a plain object. `authorize` of a rule gets it. */
export interface SignerRequest {
  readonly method: string
  /** Path below the signer's base URL, such as `''`, `/complete` or `/link`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Text of a JSON body, if any. */
  readonly body?: string
  /** The body did not arrive in time; the signer responds with `REQUEST_TIMEOUT`. */
  readonly bodyTimedOut?: boolean
  /**
   * The caller, set by the code that has verified it: `lambdaHandler` does so with `WAYBILL_AUTH`
   * `iam` and `jwt`. It is not a header, so no client can set it.
   */
  readonly caller?: VerifiedCaller
}

const KIB = 1024

/**
 * Says how many bytes of a request body a signer reads. A hundred waybills to complete in one call
 * are the largest body.
 *
 * @param path - Path below the signer's base URL.
 */
export function maxBodySize(path: string): number {
  return path === '/complete' ? 256 * KIB : 64 * KIB
}

/** An HTTP response as a plain object. */
export interface SignerResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
