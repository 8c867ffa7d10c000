/**
 * Describes the faults that can happen to a request. A plan chooses a fault, and the proxy injects
 * and records it.
 *
 * @module
 */

import type { IncomingHttpHeaders } from 'node:http'

/** A fault. Byte positions count from 0, in the body of the request or of the response. */
export type Fault =
  /**
   * The connection is reset after `afterBytes` of the request have been sent upstream. Upstream
   * never gets all of it.
   */
  | { readonly kind: 'reset-request'; readonly afterBytes: number }
  /**
   * Upstream handles the request, but the connection is reset after `afterBytes` of the response's
   * body.
   */
  | { readonly kind: 'reset-response'; readonly afterBytes: number }
  /** Upstream handles the request, but the client gets no response at all. */
  | { readonly kind: 'lose-response' }
  /**
   * The response announces its full length, but ends after `afterBytes` of the body. If it has no
   * body, it ends within the status line.
   */
  | { readonly kind: 'truncate-response'; readonly afterBytes: number }
  /**
   * The request stalls after `afterBytes`, until `release()` or `close()`. Meanwhile the proxy does
   * not read from the client, so it only notices that the client gave up if the whole body has
   * already arrived.
   */
  | { readonly kind: 'stall-request'; readonly afterBytes: number }
  /**
   * Upstream handles the request, but its response is held back until `release()`, or until the
   * client gives up.
   */
  | { readonly kind: 'stall-response' }
  /** One bit of byte `at` of the request body is flipped. */
  | { readonly kind: 'flip-byte'; readonly at: number }
  /** The request body is sent upstream in small steps that take this long in total. */
  | { readonly kind: 'slow-request'; readonly lastsMs: number }
  /**
   * The request is sent upstream twice, one after the other. The client gets the first or the
   * second response.
   */
  | { readonly kind: 'duplicate-request'; readonly answered: 'first' | 'second' }
  /** The request waits until another exchange has ended, or for half a second. */
  | { readonly kind: 'late-request' }
  /**
   * Upstream handles the request, but its response waits until another exchange has ended, or for
   * half a second.
   */
  | { readonly kind: 'late-response' }
  /** The response is a gateway's or a login page. The request is not sent upstream. */
  | { readonly kind: 'page'; readonly status: number }
  /** The proxy responds with S3's error. The request is not sent upstream. */
  | ({ readonly kind: Refusal } & RefusalOptions)

export type FaultKind = Fault['kind']

/** Temporary errors: the same request can succeed later, perhaps with a new signature. */
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
  /** Whether the response has CORS headers. Without them, a browser only sees a failed request. */
  readonly cors: boolean
  /** Whether the response is sent before the request body has been read. */
  readonly early: boolean
}

/** A request as a plan sees it, before its body has been read. */
export interface ObservedRequest {
  /** The number of the request in order of arrival, from 0. */
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
  /** How often the same request (operation, path and part) was made before. 0 for the first. */
  readonly attempt: number
}

/** Chooses the fault for a request, or returns `undefined` to let the request through. */
export type FaultPlan = (request: ObservedRequest) => Fault | undefined

/** Records what happened to one request. */
export interface RecordedExchange {
  readonly request: ObservedRequest
  readonly fault?: Fault
  /** Bytes of the body received from the client so far. */
  received: number
  /** The status sent to the client, if any. */
  status?: number
  ended: boolean
}
