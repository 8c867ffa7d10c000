/**
 * Runs the arrival handler on the local S3's events, so that every object in the development bucket
 * is checked and tagged. On AWS, a function behind EventBridge does this.
 *
 * @module
 */

import { messageOf } from '@waybill/command-line/command-failure'
import { eventLine, type Look } from '@waybill/command-line/event-line'
import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import type { StrictS3 } from 'strict-s3'
import type { ArrivedObject, Rejected, Verdict, Verified } from 'waybill/arrival'
import { type ArrivalOptions, createArrival, judgeArrivals } from 'waybill/arrival'

export type ObjectVerdict =
  | Pick<Verified, 'verdict'>
  | Pick<Rejected, 'verdict' | 'reason' | 'message'>

export interface DevArrivals {
  /**
   * Returns the verdict on the object that is stored now. If it has none yet, the object is checked
   * first: it was stored by `strict-s3`, or the server was killed before the check.
   *
   * @param etag - Without quotes.
   * @returns `undefined` if the check failed or there is no verdict to show.
   */
  verdictOf(key: string, etag: string): Promise<ObjectVerdict | undefined>
  /** Waits for checks in progress. */
  stop(): Promise<void>
}

export interface DevArrivalsOptions extends Pick<ArrivalOptions, 'bucket' | 'secret' | 'onEvent'> {
  readonly s3: Pick<StrictS3, 'endpoint' | 'region' | 'credentials' | 'onObjectCreated'>
  readonly terminal: Pick<Terminal, 'say' | 'complain'> & Look
  readonly fetch?: typeof globalThis.fetch
}

interface Known {
  readonly etag: string | undefined
  readonly verdict: Promise<Verdict>
}

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
  // Check every reported object again, because the same bytes may have a new waybill.
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
  // The object is not this signer's, or it needs a malware scan, which `waybill dev` does not have.
  if (verdict.verdict === 'skipped' || verdict.verdict === 'not-scanned') return undefined
  if (verdict.verdict === 'verified') return { verdict: 'verified' }
  const { reason, message } = verdict
  return { verdict: 'rejected', reason, message }
}

const SHOWN = {
  verified: { tone: 'good', what: '✓ verified' },
  rejected: { tone: 'bad', what: '✗ rejected' },
  'not-scanned': { tone: 'quiet', what: 'not scanned' },
} as const

function printVerdict(terminal: DevArrivalsOptions['terminal'], verdict: Verdict): void {
  if (verdict.verdict === 'skipped') return
  const { bucket, key, size } = verdict
  const event = {
    time: new Date(),
    ...SHOWN[verdict.verdict],
    size,
    place: `${bucket}/${key}`,
    reason: verdict.verdict === 'rejected' ? printable(verdict.message) : undefined,
  }
  terminal.say(eventLine(event, terminal))
}
