/**
 * What probes of a store have in common: a place of their own in the bucket, and the judgement of
 * two responses.
 *
 * @module
 */

import type { S3CallContext } from '../s3-call-context.ts'
import { isTaken, type Reply, shown } from './exchange.ts'
import type { ProbeResult } from './probe-result.ts'

/** The store that a probe asks. */
export interface AskedStore {
  readonly s3: S3CallContext
  /** The start of the probes' keys. It cannot be guessed, so no other object's key has it. */
  readonly folder: string
  /** An origin that the bucket's CORS rules allow, when one is known. */
  readonly origin?: string
}

/** A question to a store, which is answered by requests that a client could send. */
export interface StoreProbe {
  readonly name: string
  /** The question; `yes` is the answer of AWS. */
  readonly asks: string
  /** What is sent, for people. */
  readonly sent: string
  ask(store: AskedStore): Promise<ProbeResult>
}

/** The bytes that probes store. */
export const BODY = 'waybill probe'

/**
 * Judges a store that must take one request and refuse another. A store that refuses both lacks the
 * feature, unless it refuses the credentials.
 *
 * @param control - Response to the request that is right.
 * @param trial - Response to the one that is wrong.
 */
export function enforced(control: Reply, trial: Reply): ProbeResult {
  if (!isTaken(control)) return lacking(control)
  if (isTaken(trial)) return { outcome: 'no', answer: `${shown(trial)}, stored` }
  return { outcome: isRefusal(trial) ? 'yes' : 'unknown', answer: shown(trial) }
}

/** Judges a request that AWS takes and this store has not taken. */
export function lacking(reply: Reply): ProbeResult {
  // 403 is about the credentials, or a policy of the bucket; it says nothing of the store.
  const isLacking = reply.status !== 403 && (isRefusal(reply) || reply.status === 501)
  return { outcome: isLacking ? 'no' : 'unknown', answer: `${shown(reply)} where AWS takes it` }
}

/** Whether the store has refused the request, and has not merely failed. */
export function isRefusal({ status, code }: Reply): boolean {
  return (status >= 400 && status < 500) || (status === 200 && code !== '')
}
