/**
 * The faults that can happen to a request. A plan chooses one, and the proxy injects and records
 * it.
 *
 * @module
 */

import type { IncomingHttpHeaders } from 'node:http'

/**
 * Byte positions count from 0 in the body of the request or the response. `afterBytes` is 0 by
 * default.
 */
export type Fault =
  /**
   * Resets the connection after `afterBytes` of the request have been sent upstream. Upstream never
   * receives the whole request.
   */
  | { readonly kind: 'reset-request'; readonly afterBytes?: number }
  /**
   * Upstream handles the request, but the proxy resets the connection after `afterBytes` of the
   * response body.
   */
  | { readonly kind: 'reset-response'; readonly afterBytes?: number }
  /** Upstream handles the request, but the client gets no response at all. */
  | { readonly kind: 'lose-response' }
  /**
   * The response announces its full length, but ends after `afterBytes` of the body. A response
   * without a body ends within the status line.
   */
  | { readonly kind: 'truncate-response'; readonly afterBytes?: number }
  /**
   * The request stalls after `afterBytes`, until `release()` or `close()` is called. Meanwhile the
   * proxy does not read from the client, so it only notices that the client gave up if the whole
   * body has already arrived.
   */
  | { readonly kind: 'stall-request'; readonly afterBytes?: number }
  /**
   * Upstream handles the request, but the proxy holds the response back until `release()` is called
   * or the client gives up.
   */
  | { readonly kind: 'stall-response' }
  /** Flips one bit of byte `at` in the request body. */
  | { readonly kind: 'flip-byte'; readonly at: number }
  /** Sends the request body upstream in small steps that take `lastsMs` milliseconds in total. */
  | { readonly kind: 'slow-request'; readonly lastsMs: number }
  /**
   * Sends the request upstream twice, one after the other. The client gets the first or the second
   * response.
   */
  | { readonly kind: 'duplicate-request'; readonly answered: 'first' | 'second' }
  /**
   * Delays the request until another exchange has ended, but no longer than the proxy's
   * `maxLateMs`.
   */
  | { readonly kind: 'late-request' }
  /**
   * Upstream handles the request, but the proxy delays the response until another exchange has
   * ended, for up to `maxLateMs`.
   */
  | { readonly kind: 'late-response' }
  /**
   * Responds with an HTML page, as a gateway or a login page would. The request is not sent
   * upstream.
   */
  | { readonly kind: 'page'; readonly status: number }
  /** Responds with an S3 error. The request is not sent upstream. */
  | ({ readonly kind: Refusal } & RefusalOptions)

type SharedKind =
  | 'flip-byte'
  | 'lose-response'
  | 'reset-request'
  | 'reset-response'
  | 'slow-request'
  | 'stall-request'
  | 'stall-response'
  | 'truncate-response'

/** A fault that the server can inject itself, without a proxy. */
export type ServerFault =
  | Extract<Fault, { readonly kind: SharedKind }>
  /** Responds with an S3 error. The bucket's CORS rules apply. */
  | ({ readonly kind: Refusal } & Omit<RefusalOptions, 'cors'>)
  /** Waits before the request is handled. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Handles the request with a clock that is this far ahead or, if negative, behind. */
  | { readonly kind: 'skew-clock'; readonly skewMs: number }

export type FaultKind = Fault['kind']

/** These errors are temporary. The same request can succeed later, perhaps with a new signature. */
export const PASSING_REFUSALS = [
  'SlowDown',
  'InternalError',
  'RequestTimeTooSkewed',
  'ExpiredToken',
] as const
export const REFUSALS = [...PASSING_REFUSALS, 'AccessDenied', 'NotImplemented'] as const
/** The code of an S3 error that the proxy can send. */
export type Refusal = (typeof REFUSALS)[number]

export interface RefusalOptions {
  /** Whether the response has CORS headers. Without them, a web page only sees a network error. */
  readonly cors?: boolean
  /** Whether the response is sent before the request body has been read. */
  readonly early?: boolean
}

export function isRefusal<F extends { readonly kind: string }>(
  fault: F,
): fault is Extract<F, { readonly kind: Refusal }> {
  return REFUSALS.some((kind) => kind === fault.kind)
}

/** A request as passed to the plan, before its body has been read. */
export interface ObservedRequest {
  /** Requests are numbered from 0 in order of arrival. */
  readonly number: number
  readonly method: string
  /** URI-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<IncomingHttpHeaders>
  /** S3's name for the operation, or `METHOD /path`. */
  readonly operation: string
  readonly partNumber?: number
  /** The `Content-Length`, or 0 if there is none. */
  readonly bodySize: number
  /** How many times the same operation, path and part were requested before. */
  readonly attempt: number
}

/** Chooses the fault for a request, or returns `undefined` to let the request through. */
export type FaultPlan = (request: ObservedRequest) => Fault | undefined

export interface RecordedExchange {
  readonly request: ObservedRequest
  readonly fault?: Fault
  /** Bytes of the request body received from the client so far. */
  received: number
  /** The status sent to the client, if any. */
  status?: number
  ended: boolean
}

/** After this many different requests, counts start again from 0, to limit memory use. */
const MAX_KNOWN_REQUESTS = 100_000

/** Counts how often the same request was sent before. */
export class Attempts {
  readonly #counts = new Map<string, number>()

  /** Returns 0 for a request that was not sent before, and counts it. */
  next(identity: string): number {
    const attempt = this.#counts.get(identity) ?? 0
    // A page can request any number of different paths.
    if (this.#counts.size >= MAX_KNOWN_REQUESTS) this.#counts.clear()
    this.#counts.set(identity, attempt + 1)
    return attempt
  }
}
