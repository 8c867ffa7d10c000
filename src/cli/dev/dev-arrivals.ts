/**
 * Arrival on the local S3's events: in the development bucket too, every object is judged and tagged. In AWS a function
 * behind EventBridge does this.
 *
 * @module
 */

import {
  type ArrivalOptions,
  type ArrivedObject,
  createArrival,
  judgeArrivals,
  type Rejected,
  type Verdict,
  type Verified,
} from '../../arrival/index.ts'
import { printable } from '../../local-s3/http/printable.ts'
import type { LocalS3 } from '../../local-s3/index.ts'
import { messageOf } from '../command-failure.ts'
import type { Terminal } from '../terminal.ts'

/** What the page says of an object. */
export type ObjectVerdict =
  | Pick<Verified, 'verdict'>
  | Pick<Rejected, 'verdict' | 'reason' | 'message'>

export interface DevArrivals {
  /**
   * The verdict on an object as it is now. What has none yet (it was stored while nobody judged: by `waybill s3`, or
   * just before a `kill -9`) is judged now.
   *
   * @param etag - Unquoted.
   * @returns `undefined` when it is gone, or could not be judged.
   */
  verdictOf(key: string, etag: string): Promise<ObjectVerdict | undefined>
  /** Stops listening, and waits for what is being judged. */
  stop(): Promise<void>
}

export interface DevArrivalsOptions extends Pick<ArrivalOptions, 'bucket' | 'secret' | 'onEvent'> {
  readonly s3: Pick<LocalS3, 'endpoint' | 'region' | 'credentials' | 'onObjectCreated'>
  /** Gets a line about each verdict. */
  readonly terminal: Pick<Terminal, 'say' | 'faint' | 'complain'>
  /** @default globalThis.fetch */
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
  // The same bytes may have been put again with another waybill, so whatever is told of is judged anew.
  const judge = (object: ArrivedObject) => {
    const verdict = arrival.judge(object)
    known.set(object.key, { etag: object.etag, verdict })
    return verdict
  }
  const running = judgeArrivals({
    arrival: { judge },
    subscribe: s3.onObjectCreated,
    onVerdict: (verdict) => sayVerdict(terminal, verdict),
    onError: (error) =>
      terminal.complain(`an object was not judged: ${printable(messageOf(error))}`),
  })
  return {
    verdictOf: async (key, etag) => {
      const before = known.get(key)
      const verdict = before?.etag === etag ? before.verdict : judge({ bucket, key, etag })
      try {
        return shown(await verdict)
      } catch {
        // Whoever asks next shall not be told the same failure for ever.
        if (known.get(key)?.verdict === verdict) known.delete(key)
        return undefined
      }
    },
    stop: () => running.stop(),
  }
}

function shown(verdict: Verdict): ObjectVerdict | undefined {
  // Nothing is scanned here.
  if (verdict.verdict === 'skipped' || verdict.verdict === 'not-scanned') return undefined
  if (verdict.verdict === 'verified') return { verdict: 'verified' }
  const { reason, message } = verdict
  return { verdict: 'rejected', reason, message }
}

function sayVerdict(terminal: DevArrivalsOptions['terminal'], verdict: Verdict): void {
  if (verdict.verdict === 'skipped') return
  const why = verdict.verdict === 'rejected' ? `: ${printable(verdict.message)}` : ''
  terminal.say(terminal.faint(`arrival: ${printable(verdict.key)} is ${verdict.verdict}${why}`))
}
