/**
 * What calls to S3 need: where the bucket is, who signs, how long they may take.
 *
 * The signer, arrival and `waybill dev` each create a context from their options.
 *
 * @module
 */

import type { BucketLocation, Credentials, CredentialsProvider } from 'waybill-s3'
import { createPresigner, type Presigner } from 'waybill-s3'
import { keepConnection } from './keep-connection.ts'
import { type ServerEffects, serverEffects } from './server-effects.ts'
import type { TimeLimit } from './time-limit.ts'

/** What calls to S3 need. `remainingTimeMs` limits all tries of all calls together. */
export interface S3CallContext extends TimeLimit, ServerEffects {
  readonly location: BucketLocation
  /** Signs for this bucket, and keeps what signatures share. */
  readonly presigner: Presigner
  /** Time limit of one try. */
  readonly requestTimeoutMs: number
  /** How often a call is tried. */
  readonly maxAttempts: number
  credentials(): Promise<Credentials>
  /** Gets the seconds by which the clock of S3 is ahead of ours, when it accepts a signature. */
  onSkew?(seconds: number): void
  fetch(url: string, init: RequestInit): Promise<Response>
}

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
 * @throws {TypeError} When bucket, region or endpoint is not valid.
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
    // Looked up late: in Node, reading `fetch` loads undici, which not every process needs.
    fetch:
      options.fetch ?? ((url, init) => globalThis.fetch(url, { ...init, ...keepConnection() })),
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    maxAttempts: options.maxAttempts ?? 4,
  }
}

/** Picks the location out of options that hold more. */
function locationOf({ bucket, region, endpoint, addressing }: BucketLocation): BucketLocation {
  return {
    bucket,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(addressing === undefined ? {} : { addressing }),
  }
}
