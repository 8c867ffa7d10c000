/**
 * The context of calls to S3: where the bucket is, who signs, and time limits.
 *
 * The signer, arrival and `waybill dev` each create one from their options.
 *
 * @module
 */

import type { BucketLocation, Credentials, CredentialsProvider } from 'waybill-s3'
import { createPresigner, type Presigner } from 'waybill-s3'
import { keepConnection } from './keep-connection.ts'
import { type ServerEffects, serverEffects } from './server-effects.ts'
import type { TimeLimit } from './time-limit.ts'

/** What calls to S3 need. `remainingTimeMs` limits all attempts of all calls together. */
export interface S3CallContext extends TimeLimit, ServerEffects {
  readonly location: BucketLocation
  /** Signs for this bucket and caches what signatures share. */
  readonly presigner: Presigner
  /** Time limit of one attempt. */
  readonly requestTimeoutMs: number
  /** Maximum number of attempts per call. */
  readonly maxAttempts: number
  credentials(): Promise<Credentials>
  /**
   * Called with the seconds by which S3's clock is ahead of ours whenever it accepts a signature.
   */
  onSkew?(seconds: number): void
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Time limit of one attempt. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 10_000
export const DEFAULT_MAX_ATTEMPTS = 4

/** The options of a context. */
export interface S3CallOptions extends BucketLocation {
  readonly credentials: CredentialsProvider
  /** @default 10000 */
  readonly requestTimeoutMs?: number
  /** @default 4 */
  readonly maxAttempts?: number
  readonly fetch?: typeof globalThis.fetch
  readonly effects?: Partial<ServerEffects>
}

/**
 * Creates the context of calls to one bucket.
 *
 * @throws {TypeError} If bucket, region or endpoint is invalid.
 */
export function createS3Context(options: S3CallOptions): S3CallContext {
  const { credentials } = options
  const location = locationOf(options)
  const effects = serverEffects(options.effects)
  const { now, digest } = effects
  return {
    ...effects,
    location,
    presigner: createPresigner({ ...location, now, digest }),
    credentials: async () => (typeof credentials === 'function' ? credentials() : credentials),
    // Accessed lazily: in Node, reading `fetch` loads undici, which not every process needs.
    fetch:
      options.fetch ?? ((url, init) => globalThis.fetch(url, { ...init, ...keepConnection() })),
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
  }
}

/** Picks the location from a larger set of options. */
function locationOf({ bucket, region, endpoint, addressing }: BucketLocation): BucketLocation {
  return {
    bucket,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(addressing === undefined ? {} : { addressing }),
  }
}
