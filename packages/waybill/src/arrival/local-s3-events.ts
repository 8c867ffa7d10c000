import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import { parseErrorXml } from 'waybill-s3'
import { createS3Context, type S3CallContext } from '../storage/s3-call-context.ts'
import type { ServerEffects } from '../storage/server-effects.ts'
import type { JudgeArrivalsOptions } from './judge-arrivals.ts'

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
