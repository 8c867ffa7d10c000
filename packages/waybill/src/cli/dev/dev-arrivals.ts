/**
 * Runs arrival on the events of the local S3, so that every object in the development bucket is
 * checked and tagged. On AWS, a function behind EventBridge does this.
 *
 * @module
 */

import { messageOf } from '@waybill/command-line/command-failure'
import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import type { StrictS3 } from 'strict-s3'
import { type ArrivalOptions, createArrival } from '../../arrival/create-arrival.ts'
import { judgeArrivals } from '../../arrival/judge-arrivals.ts'
import type { ArrivedObject } from '../../arrival/object-event.ts'
import type { Rejected, Verdict, Verified } from '../../arrival/verdict.ts'

/** The verdict on an object, as the page shows it. */
export type ObjectVerdict =
  | Pick<Verified, 'verdict'>
  | Pick<Rejected, 'verdict' | 'reason' | 'message'>

export interface DevArrivals {
  /**
   * Returns the verdict on the current object. An object without a verdict is checked now: it was
   * stored by `strict-s3`, or just before a `kill -9`.
   *
   * @param etag - ETag without quotes.
   * @returns `undefined` if the object is gone or the check failed.
   */
  verdictOf(key: string, etag: string): Promise<ObjectVerdict | undefined>
  /** Stops listening and waits for checks in progress. */
  stop(): Promise<void>
}

/** Options of `startArrivals`. */
export interface DevArrivalsOptions extends Pick<ArrivalOptions, 'bucket' | 'secret' | 'onEvent'> {
  readonly s3: Pick<StrictS3, 'endpoint' | 'region' | 'credentials' | 'onObjectCreated'>
  /** Prints a line about each verdict. */
  readonly terminal: Pick<Terminal, 'say' | 'faint' | 'complain'>
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
}

interface Known {
  readonly etag: string | undefined
  readonly verdict: Promise<Verdict>
}

/** Starts checking every object that the local S3 reports. */
export function startArrivals(options: DevArrivalsOptions): DevArrivals {
  const { bucket, secret, s3, terminal, onEvent, fetch } = options
  const { endpoint, region, credentials } = s3
  const place = { bucket, region, endpoint, credentials }
  const arrival = createArrival({
    ...place,
    secret,
    ...(onEvent ? { onEvent } : {}),
    ...(fetch ? { fetch } : {}),
  })
  const known = new Map<string, Known>()
  // Check every reported object again: the same bytes may have been stored with another waybill.
  const judge = (object: ArrivedObject) => {
    const verdict = arrival.judge(object)
    known.set(object.key, { etag: object.etag, verdict })
    return verdict
  }
  const running = judgeArrivals({
    arrival: { judge },
    subscribe: s3.onObjectCreated,
    onVerdict: (verdict) => printVerdict(terminal, verdict),
    onError: (error) =>
      terminal.complain(`checking an object failed: ${printable(messageOf(error))}`),
  })
  return {
    verdictOf: async (key, etag) => {
      const before = known.get(key)
      const verdict = before?.etag === etag ? before.verdict : judge({ bucket, key, etag })
      try {
        return shown(await verdict)
      } catch {
        // Forget the failure so that the next call checks again.
        if (known.get(key)?.verdict === verdict) known.delete(key)
        return undefined
      }
    },
    stop: () => running.stop(),
  }
}

function shown(verdict: Verdict): ObjectVerdict | undefined {
  // No verdict to show: not this signer's object, or it needs a scan that `waybill dev` does not
  // have.
  if (verdict.verdict === 'skipped' || verdict.verdict === 'not-scanned') return undefined
  if (verdict.verdict === 'verified') return { verdict: 'verified' }
  const { reason, message } = verdict
  return { verdict: 'rejected', reason, message }
}

function printVerdict(terminal: DevArrivalsOptions['terminal'], verdict: Verdict): void {
  if (verdict.verdict === 'skipped') return
  const why = verdict.verdict === 'rejected' ? `: ${printable(verdict.message)}` : ''
  terminal.say(terminal.faint(`arrival: ${printable(verdict.key)} is ${verdict.verdict}${why}`))
}
