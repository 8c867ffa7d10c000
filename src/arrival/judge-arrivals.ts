/**
 * Arrival in one process with what tells of objects: `waybill dev` on the local S3's events, or any server that hears
 * of them. In AWS a Lambda function does this.
 *
 * @module
 */

import { type ServerEffects, serverEffects } from '../aws/server-effects.ts'
import type { Arrival } from './create-arrival.ts'
import { type ArrivedObject, readObjectEvent } from './object-created.ts'
import type { Verdict } from './verdict.ts'

export interface JudgeArrivalsOptions {
  readonly arrival: Arrival
  /** Begins to tell of objects, in EventBridge's shape, for example `s3.onObjectCreated`. @returns Stops it. */
  readonly subscribe: (listener: (event: unknown) => void) => () => void
  /** Hears of each verdict. @default nobody */
  readonly onVerdict?: (verdict: Verdict) => void
  /** Hears of what could not be judged, after three attempts. @default console.error */
  readonly onError?: (error: unknown, event: unknown) => void
  /** Waiting, for tests. @default the platform's */
  readonly effects?: Pick<Partial<ServerEffects>, 'wait'>
}

export interface RunningArrivals {
  /** Waits until everything that was told so far has been judged. */
  settled(): Promise<void>
  /** Stops listening, and waits as `settled` does. */
  stop(): Promise<void>
}

/** As many as Lambda makes of an event that fails. */
const ATTEMPTS = 3
const RETRY_DELAY_MS = 500

/** Judges each object that `subscribe` tells of. A failure never reaches whoever tells. */
export function judgeArrivals(options: JudgeArrivalsOptions): RunningArrivals {
  const { onVerdict, onError = (error) => console.error(error) } = options
  const underWay = new Set<Promise<void>>()
  const judgeEvent = async (event: unknown) => {
    try {
      const verdict = await judgeWithRetry(options, readObjectEvent(event))
      onVerdict?.(verdict)
    } catch (error) {
      onError(error, event)
    }
  }
  const unsubscribe = options.subscribe((event) => {
    const task = judgeEvent(event).finally(() => underWay.delete(task))
    underWay.add(task)
  })
  const settled = async () => {
    while (underWay.size > 0) await Promise.allSettled(underWay)
  }
  return {
    settled,
    stop: async () => {
      unsubscribe()
      await settled()
    },
  }
}

async function judgeWithRetry(
  { arrival, effects }: JudgeArrivalsOptions,
  object: ArrivedObject,
): Promise<Verdict> {
  const { wait } = serverEffects(effects)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await arrival.judge(object)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await wait(RETRY_DELAY_MS * attempt)
    }
  }
}
