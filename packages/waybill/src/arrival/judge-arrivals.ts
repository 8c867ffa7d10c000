import { type BucketLocation, type CredentialsProvider, parseErrorXml } from 'waybill-s3'
import { createS3Context, type S3CallContext } from '../storage/s3-call-context.ts'
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

/** Options for `localS3Events`. Bucket, region and endpoint must match the signer's. */
export interface LocalS3EventsOptions extends BucketLocation {
  /** Credentials that can list the whole bucket. */
  readonly credentials: CredentialsProvider
  /** Called each time a connection is established. Objects stored from then on are reported. */
  readonly onConnect?: () => void
  /**
   * Called with the error each time the connection is lost. The first attempt to reconnect follows
   * after half a second, later ones at intervals of up to five seconds.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Replaces the clock and timers in tests.
   * @default the platform's
   */
  readonly effects?: Partial<ServerEffects>
}

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 5_000

/**
 * Creates a `subscribe` function for `judgeArrivals` that listens to a local S3 in another process,
 * such as `npx strict-s3`. Events that occur while there is no connection are lost.
 *
 * @throws {TypeError} If bucket, region or endpoint is invalid.
 * @example
 * ```ts
 * const local = { bucket, region, endpoint: 'http://localhost:9000', credentials }
 * const running = judgeArrivals({ arrival, subscribe: localS3Events(local) })
 * ```
 */
export function localS3Events(options: LocalS3EventsOptions): JudgeArrivalsOptions['subscribe'] {
  const context = createS3Context(options)
  return (listener) => {
    const over = new AbortController()
    void follow(context, options, listener, over.signal)
    return () => over.abort()
  }
}

async function follow(
  context: S3CallContext,
  { bucket, onConnect, onError = (error) => console.error(error) }: LocalS3EventsOptions,
  listener: (event: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let isLost = false
  let delayMs = FIRST_DELAY_MS
  while (!signal.aborted) {
    try {
      for await (const event of eventsOf(context, signal, () => {
        isLost = false
        delayMs = FIRST_DELAY_MS
        onConnect?.()
      })) {
        listener(event)
      }
    } catch (cause) {
      if (signal.aborted) return
      const message = `the events of bucket '${bucket}' cannot be read, trying again: ${cause instanceof Error ? cause.message : cause}`
      if (!isLost) onError(new Error(message, { cause }))
      isLost = true
    }
    await context.wait(delayMs)
    delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)
  }
}

async function* eventsOf(
  context: S3CallContext,
  signal: AbortSignal,
  connected: () => void,
): AsyncGenerator<unknown, void, undefined> {
  const { url, headers } = await context.presigner.signRequest({
    method: 'GET',
    query: { events: '' },
    headers: {},
    credentials: await context.credentials(),
    payloadHash: await context.digest.sha256Hex(''),
  })
  const response = await context.fetch(url, { headers, redirect: 'manual', signal })
  if (!response.ok) throw parseErrorXml(await response.text(), response.status)
  if (!response.body || response.headers.get('content-type') !== 'application/x-ndjson') {
    await response.body?.cancel()
    throw new TypeError('the store is not a local S3, which alone sends events')
  }
  connected()
  let rest = ''
  // Leaving the loop closes the connection.
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line)
  }
}
