import {
  type BucketLocation,
  type Credentials,
  type CredentialsProvider,
  createPresigner,
  type Presigner,
} from 'waybill-s3'
import { type ServerEffects, serverEffects } from './server-effects.ts'
import type { TimeLimit } from './time-limit.ts'

/** `remainingTimeMs` limits all attempts of all calls together. */
export interface S3CallContext extends TimeLimit, ServerEffects {
  readonly location: BucketLocation
  /** Every key begins with it. */
  readonly prefix?: string
  readonly presigner: Presigner
  /** Time limit of one attempt, in milliseconds. */
  readonly requestTimeoutMs: number
  readonly maxAttempts: number
  credentials(): Promise<Credentials>
  /** Whether the credentials are those of a session and never renewed, so that expiry is final. */
  readonly isSessionFixed?: boolean
  /**
   * Called whenever S3 accepts a signature, with the seconds by which S3's clock is ahead of ours.
   */
  onSkew?(seconds: number): void
  fetch(url: string, init: RequestInit): Promise<Response>
}

export const DEFAULT_REQUEST_TIMEOUT_MS = 10_000
export const DEFAULT_MAX_ATTEMPTS = 4

export interface S3CallOptions extends BucketLocation {
  readonly credentials: CredentialsProvider
  /** @default 10000 */
  readonly requestTimeoutMs?: number
  /** @default 4 */
  readonly maxAttempts?: number
  readonly fetch?: typeof globalThis.fetch
  readonly effects?: Partial<ServerEffects>
}

/** @throws {TypeError} If bucket, region or endpoint is invalid. */
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
    // Read lazily: in Node, the first access to `fetch` loads undici, which not every process
    // needs.
    fetch:
      options.fetch ?? ((url, init) => globalThis.fetch(url, { ...init, ...keepConnection() })),
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
  }
}

function locationOf({ bucket, region, endpoint, addressing }: BucketLocation): BucketLocation {
  return {
    bucket,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(addressing === undefined ? {} : { addressing }),
  }
}

interface Dispatcher {
  dispatch(options: object, handler: object): boolean
}

const runtime: { readonly [name: symbol]: Dispatcher | undefined } = globalThis as never
const OF_PROGRAM = Symbol.for('undici.globalDispatcher.1')

/**
 * Keeps the connection open after a HEAD request. Node's `fetch` closes it because some servers
 * send a body in response to HEAD. If it was the only connection to the host, `fetch` also closes
 * later ones after a single use.
 *
 * Requests go through the dispatcher that the program has set, such as a proxy. If there is none,
 * as in other runtimes and before Node's first `fetch`, nothing changes.
 *
 * @see https://nodejs.org/api/globals.html#custom-dispatcher
 * @see https://github.com/nodejs/undici/blob/v7.29.1/docs/docs/api/Dispatcher.md – `reset`
 */
function keepConnection(): { readonly dispatcher?: Dispatcher } {
  const own = runtime[OF_PROGRAM]
  if (!own) return {}
  return {
    dispatcher: {
      dispatch: (options, handler) => own.dispatch({ ...options, reset: false }, handler),
    },
  }
}
