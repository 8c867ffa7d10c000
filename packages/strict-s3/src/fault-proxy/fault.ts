/**
 * Faults as data: what can go wrong with one request. A plan chooses a fault, and the proxy injects
 * and records it.
 *
 * @module
 */

import type { IncomingHttpHeaders } from 'node:http'

/** Bytes are counted in the body of the request or of the response, from 0. */
export type Fault =
  /**
   * The connection is reset after `afterBytes` of the request have been sent upstream, which never
   * gets all of it.
   */
  | { readonly kind: 'reset-request'; readonly afterBytes: number }
  /**
   * Upstream handles the request; the connection is reset after `afterBytes` of the response's
   * body.
   */
  | { readonly kind: 'reset-response'; readonly afterBytes: number }
  /** Upstream handles the request, but the client gets no response at all. */
  | { readonly kind: 'lose-response' }
  /**
   * The response announces its length but ends after `afterBytes` of the body; without a body,
   * within the status line.
   */
  | { readonly kind: 'truncate-response'; readonly afterBytes: number }
  /**
   * The request stalls after `afterBytes`, until `release()` or `close()`. The proxy stops reading
   * from the client, so it only notices that the client gave up if all of its bytes have arrived.
   */
  | { readonly kind: 'stall-request'; readonly afterBytes: number }
  /**
   * Upstream handles the request; its response is held back until `release()`, or until the client
   * gives up.
   */
  | { readonly kind: 'stall-response' }
  /** One bit of byte `at` of the request body is flipped. */
  | { readonly kind: 'flip-byte'; readonly at: number }
  /** The request body is sent upstream in small steps that take this long in total. */
  | { readonly kind: 'slow-request'; readonly lastsMs: number }
  /**
   * The request is sent upstream twice, one after the other; the client gets the first or the
   * second response.
   */
  | { readonly kind: 'duplicate-request'; readonly answered: 'first' | 'second' }
  /** The request waits until another exchange has ended, or for half a second. */
  | { readonly kind: 'late-request' }
  /**
   * Upstream handles the request; its response waits until another exchange has ended, or for half
   * a second.
   */
  | { readonly kind: 'late-response' }
  /** A gateway or a network's login page answers; the request is not sent upstream. */
  | { readonly kind: 'page'; readonly status: number }
  /** The proxy answers as S3 would; the request is not sent upstream. */
  | ({ readonly kind: Refusal } & RefusalOptions)

export type FaultKind = Fault['kind']

/** Refusals after which the same request can succeed, perhaps with a new signature. */
export const PASSING_REFUSALS = [
  'SlowDown',
  'InternalError',
  'RequestTimeTooSkewed',
  'ExpiredToken',
] as const
export const REFUSALS = [...PASSING_REFUSALS, 'AccessDenied', 'NotImplemented'] as const
/** S3's code for a refusal. */
export type Refusal = (typeof REFUSALS)[number]

export interface RefusalOptions {
  /** Whether the response has CORS headers. Without them, a browser only sees a failed request. */
  readonly cors: boolean
  /** Whether it is sent before the body has been read. */
  readonly early: boolean
}

/** A request as a plan sees it, before its body has been read. */
export interface ObservedRequest {
  /** From 0, in order of arrival. */
  readonly number: number
  readonly method: string
  /** URI-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<IncomingHttpHeaders>
  /** S3's name for the operation, or `METHOD /path`. */
  readonly operation: string
  readonly partNumber?: number
  /** `Content-Length`; 0 without one. */
  readonly bodySize: number
  /** How often this request (operation, path, part) was made before: 0 for the first. */
  readonly attempt: number
}

/** Returns the fault for a request, or `undefined` to let it through. */
export type FaultPlan = (request: ObservedRequest) => Fault | undefined

/** What happened to one request. */
export interface RecordedExchange {
  readonly request: ObservedRequest
  readonly fault?: Fault
  /** Bytes of the body received from the client so far. */
  received: number
  /** The status sent to the client, if any. */
  status?: number
  ended: boolean
}
