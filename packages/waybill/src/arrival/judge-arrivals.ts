import { type ServerEffects, serverEffects } from '../storage/server-effects.ts'
import type { Arrival } from './create-arrival.ts'
import { type ArrivedObject, readObjectEvent } from './object-event.ts'
import type { Verdict } from './verdict.ts'

/** Options for `judgeArrivals`. */
export interface JudgeArrivalsOptions {
  readonly arrival: Arrival
  /**
   * Registers a listener for events in EventBridge's format. Pass `s3.onObjectCreated`, or
   * `localS3Events(…)` if S3 runs in another process.
   *
   * @returns A function that ends the subscription.
   */
  readonly subscribe: (listener: (event: unknown) => void) => () => void
  /**
   * Called with each verdict.
   * @default - none
   */
  readonly onVerdict?: (verdict: Verdict) => void
  /**
   * Called with the error if an object could not be judged in three attempts.
   * @default console.error
   */
  readonly onError?: (error: unknown, event: unknown) => void
  /**
   * Replaces timers in tests.
   * @default the platform's
   */
  readonly effects?: Pick<Partial<ServerEffects>, 'wait'>
}

/** A running subscription, as returned by `judgeArrivals`. */
export interface RunningArrivals {
  /** Resolves once every object reported so far has been judged. */
  settled(): Promise<void>
  /** Stops listening, then waits until every reported object has been judged. */
  stop(): Promise<void>
}

/** Lambda also makes three attempts for a failing event. */
const ATTEMPTS = 3
const RETRY_DELAY_MS = 500

/** Without a limit, a thousand files would be read, tagged and published at the same time. */
const MOST_AT_ONCE = 8

/**
 * Judges each object that `subscribe` reports, in order and up to eight at a time, in the current
 * process. On AWS, a Lambda function does this. Failures go to `onError`, never to the code that
 * reported the object.
 *
 * @example
 * ```ts
 * const running = judgeArrivals({ arrival, subscribe: s3.onObjectCreated })
 * await running.stop()
 * ```
 */
export function judgeArrivals(options: JudgeArrivalsOptions): RunningArrivals {
  const { onVerdict, onError = (error) => console.error(error) } = options
  const waiting: unknown[] = []
  const underWay = new Set<Promise<void>>()
  const judgeEvent = async (event: unknown) => {
    try {
      const verdict = await judgeWithRetry(options, readObjectEvent(event))
      onVerdict?.(verdict)
    } catch (error) {
      onError(error, event)
    }
  }
  const judgeNext = () => {
    if (waiting.length === 0 || underWay.size === MOST_AT_ONCE) return
    const task = judgeEvent(waiting.shift()).finally(() => {
      underWay.delete(task)
      judgeNext()
    })
    underWay.add(task)
  }
  const unsubscribe = options.subscribe((event) => {
    waiting.push(event)
    judgeNext()
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
