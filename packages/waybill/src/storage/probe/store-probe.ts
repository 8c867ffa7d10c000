import type { S3CallContext } from '../s3-call-context.ts'
import { isTaken, type StoreResponse, shown } from './exchange.ts'

export interface AskedStore {
  readonly s3: S3CallContext
  /** Prefix of the probes' keys. It cannot be guessed, so no other object has it. */
  readonly folder: string
  readonly origin?: string
}

export interface StoreProbe {
  readonly name: string
  /** The question, phrased so that AWS's answer is `yes`. */
  readonly asks: string
  readonly sent: string
  ask(store: AskedStore): Promise<ProbeResult>
}

export const BODY = 'waybill probe'

/**
 * Compares the responses to a valid and an invalid request. If the store rejects both, it lacks the
 * feature, unless it rejects the credentials.
 */
export function enforced(control: StoreResponse, trial: StoreResponse): ProbeResult {
  if (!isTaken(control)) return lacking(control)
  if (isTaken(trial)) return { outcome: 'no', answer: `${shown(trial)}, stored` }
  return { outcome: isRefusal(trial) ? 'yes' : 'unknown', answer: shown(trial) }
}

/** The result for a request that AWS accepts but this store did not. */
export function lacking(reply: StoreResponse): ProbeResult {
  // A 403 is about the credentials or a bucket policy, so it does not show what the store supports.
  const isLacking = reply.status !== 403 && (isRefusal(reply) || reply.status === 501)
  return { outcome: isLacking ? 'no' : 'unknown', answer: `${shown(reply)} where AWS takes it` }
}

/** Returns whether the store rejected the request, rather than failing to process it. */
export function isRefusal({ status, code }: StoreResponse): boolean {
  return (status >= 400 && status < 500) || (status === 200 && code !== '')
}

/** Result of a probe. */
export interface ProbeResult {
  /** `yes`: the store does what was asked. `unknown`: its responses allow no conclusion. */
  readonly outcome: 'yes' | 'no' | 'unknown'
  /** The store's status and error code, for people. Contains nothing from the request. */
  readonly answer: string
}
