/**
 * What can go wrong with one request, as data: a plan names it, the proxy does it and writes it
 * down.
 *
 * @module
 */

import type { IncomingHttpHeaders } from 'node:http'

/** Bytes are counted in the body of the request or of the answer, from 0. */
export type Fault =
  /**
   * The connection is reset when `afterBytes` of the request have gone upstream; upstream never
   * gets all of it.
   */
  | { readonly kind: 'reset-request'; readonly afterBytes: number }
  /**
   * Upstream does the request; the connection is reset when `afterBytes` of the answer's body have
   * come back.
   */
  | { readonly kind: 'reset-response'; readonly afterBytes: number }
  /** Upstream does the request; the client gets no answer at all. */
  | { readonly kind: 'lose-response' }
  /**
   * The answer announces its length, and ends after `afterBytes` of body; without a body, within
   * the status line.
   */
  | { readonly kind: 'truncate-response'; readonly afterBytes: number }
  /**
   * Nothing moves after `afterBytes` of the request, until `release()` or `close()`. The client is
   * not read meanwhile, so it is noticed that it has given up only if all its bytes have come.
   */
  | { readonly kind: 'stall-request'; readonly afterBytes: number }
  /**
   * Upstream does the request; its answer is held back until `release()` or until the client gives
   * up.
   */
  | { readonly kind: 'stall-response' }
  /** One bit of byte `at` of the request body is flipped. */
  | { readonly kind: 'flip-byte'; readonly at: number }
  /** The request body goes upstream in small steps that together take this long. */
  | { readonly kind: 'slow-request'; readonly lastsMs: number }
  /**
   * The request goes upstream twice, one after the other; the client gets the answer to the first
   * or the second.
   */
  | { readonly kind: 'duplicate-request'; readonly answered: 'first' | 'second' }
  /** The request waits until another exchange has ended, for half a second at most. */
  | { readonly kind: 'late-request' }
  /**
   * Upstream does the request; its answer waits until another exchange has ended, for half a second
   * at most.
   */
  | { readonly kind: 'late-response' }
  /** A gateway or a network that wants a login answers with a page; upstream is not asked. */
  | { readonly kind: 'page'; readonly status: number }
  /** The proxy answers as S3 would; upstream is not asked. */
  | ({ readonly kind: Refusal } & RefusalOptions)

/** The names of the faults. */
export type FaultKind = Fault['kind']

/** Refusals after which the same request, perhaps with a new signature, may succeed. */
export const PASSING_REFUSALS = [
  'SlowDown',
  'InternalError',
  'RequestTimeTooSkewed',
  'ExpiredToken',
] as const
/** All refusals that the proxy can give. */
export const REFUSALS = [...PASSING_REFUSALS, 'AccessDenied', 'NotImplemented'] as const
/** The code of such a refusal. */
export type Refusal = (typeof REFUSALS)[number]

/** How a refusal is given. */
export interface RefusalOptions {
  /** Whether the answer has CORS headers: without them a browser sees only a failed request. */
  readonly cors: boolean
  /** Whether it is given before the body has been read. */
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
  /** S3's name for it, or `METHOD /path`. */
  readonly operation: string
  readonly partNumber?: number
  /** `Content-Length`; 0 without one. */
  readonly bodySize: number
  /** How often this request (operation, path, part) has come before: 0 for the first. */
  readonly attempt: number
}

/** Returns the fault for a request, or `undefined` to let it through. */
export type FaultPlan = (request: ObservedRequest) => Fault | undefined

/** One request as it went. */
export interface RecordedExchange {
  readonly request: ObservedRequest
  readonly fault?: Fault
  /** Bytes of body that the client has sent so far. */
  received: number
  /** Status that the client was given, if any. */
  status?: number
  /** Whether it is over. */
  ended: boolean
}
