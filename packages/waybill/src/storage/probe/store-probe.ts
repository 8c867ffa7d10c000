/**
 * What the probes of a store share: a folder in the bucket, and how to judge two responses.
 *
 * @module
 */

import type { S3CallContext } from '../s3-call-context.ts'
import { isTaken, type Reply, shown } from './exchange.ts'

/** The store that a probe examines. */
export interface AskedStore {
  readonly s3: S3CallContext
  /** Prefix of the probes' keys. It cannot be guessed, so no other object has it. */
  readonly folder: string
  /** An origin that the bucket's CORS rules allow, if known. */
  readonly origin?: string
}

/** A question about a store, answered by sending requests that a client could send. */
export interface StoreProbe {
  readonly name: string
  /** The question. AWS answers `yes`. */
  readonly asks: string
  /** What the probe sends, for people. */
  readonly sent: string
  ask(store: AskedStore): Promise<ProbeResult>
}

/** The bytes that probes store. */
export const BODY = 'waybill probe'

/**
 * Judges a store that must accept one request and refuse another. A store that refuses both lacks
 * the feature, unless it refuses the credentials.
 *
 * @param control - Response to the valid request.
 * @param trial - Response to the invalid one.
 */
export function enforced(control: Reply, trial: Reply): ProbeResult {
  if (!isTaken(control)) return lacking(control)
  if (isTaken(trial)) return { outcome: 'no', answer: `${shown(trial)}, stored` }
  return { outcome: isRefusal(trial) ? 'yes' : 'unknown', answer: shown(trial) }
}

/** Judges a request that AWS accepts and this store did not. */
export function lacking(reply: Reply): ProbeResult {
  // 403 is about the credentials or a bucket policy and says nothing about the store.
  const isLacking = reply.status !== 403 && (isRefusal(reply) || reply.status === 501)
  return { outcome: isLacking ? 'no' : 'unknown', answer: `${shown(reply)} where AWS takes it` }
}

/** Returns whether the store refused the request, rather than merely failing. */
export function isRefusal({ status, code }: Reply): boolean {
  return (status >= 400 && status < 500) || (status === 200 && code !== '')
}

/** Result of a probe. */
export interface ProbeResult {
  /** `yes`: the store does what the question asks; `unknown`: its responses do not tell. */
  readonly outcome: 'yes' | 'no' | 'unknown'
  /** The store's status and error code, for people; nothing from the request. */
  readonly answer: string
}
