/**
 * The options of an uploader, and the platform's defaults.
 *
 * @module
 */

import { withoutTrailingSlashes } from 'waybill-s3/internal/trailing-slashes'
import { BATCH_SIZE, SharedCalls } from './signer-calls/shared-calls.ts'
import { type SignerHeaders, signerCalls } from './signer-calls/signer-calls.ts'
import { type Effects, platformEffects } from './effects.ts'
import type { Engine } from './upload/engine.ts'
import { platformResumeStore } from './resume/platform-records.ts'
import type { ResumeStore } from './resume/resume-record.ts'
import { loadFailures } from './send/load.ts'
import {
  BROWSER_CONNECTIONS,
  ConnectionBudget,
  STREAM_CONNECTIONS,
} from './send/connection-budget.ts'
import { chooseSend } from './send/send.ts'
import { STALL_MS } from './send/send-attempt.ts'
import { onlyTo } from './send/storage-origins.ts'
import { Semaphore } from './semaphore.ts'

/** Options of `createUploader`; only `endpoint` is required. */
export interface UploaderOptions {
  /** The signer's base URL: a Function URL, or a path of this origin such as `/api/uploads`. */
  readonly endpoint: string
  /** Sent to the signer, never to S3. A function is called before each call. @default none */
  readonly headers?: SignerHeaders
  /** Whether cookies travel to the signer. @default 'same-origin' */
  readonly credentials?: RequestCredentials
  /**
   * The most connections to S3, 1 to 100; three at first.
   * @default 6, as browsers allow; 12 in Node and Bun
   */
  readonly connections?: number
  /** A request of which no byte moves for so long is made again. @default 20 000 */
  readonly stallMs?: number
  /**
   * A request that fails is made again for so long, from its first failure. Time without a network
   * does not count. `Infinity` never gives up, 0 at once. @default 240 000, four minutes
   */
  readonly retryForMs?: number
  /**
   * Keeps multipart uploads, so that they go on after a reload; `false` keeps none.
   * @default IndexedDB in browsers, none in Node: see `fileResumeStore`
   */
  readonly resumeStore?: ResumeStore | false
  /**
   * Names whose uploads these are, such as a user's id, in a browser that several people use.
   * Uploads of one scope are neither offered to another nor resumed by it. The scope is stored in
   * the records.
   * @default none: records belong to the browser
   */
  readonly scope?: string
  /**
   * Origins that files may be sent to, such as `https://my-bucket.s3.eu-west-1.amazonaws.com`. An
   * upload to another origin is refused as `STORAGE_NOT_ALLOWED` before a byte is sent. With both
   * entries of `storageOrigins` of `waybill-s3`, a browser sends parts to both host names of the
   * bucket where packets are lost: over twelve connections.
   * @default any
   */
  readonly storageOrigins?: readonly string[]
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
  /** `false` sends by `fetch` alone. @default the platform's, where there is one */
  readonly XMLHttpRequest?: typeof globalThis.XMLHttpRequest | false
  /** Clock, chance, waiting and the network's presence, for tests. @default the platform's */
  readonly effects?: Partial<Effects>
}

/** Four minutes: the restart of a router, a deployment, a train in a tunnel. */
const RETRY_FOR_MS = 240_000
/** Two weeks: the bucket's lifecycle has removed the parts long before. */
const MAX_RECORD_AGE_MS = 14 * 24 * 60 * 60 * 1000
/** Multipart uploads at once; there are no connections for more. */
const MAX_LARGE = 6
/** Files of 16 MiB at most. */
const HASHED_AT_ONCE = 3
const VERDICTS_AT_ONCE = 2

/** @throws {TypeError | RangeError} Which option is wrong, and what it may be. */
export function createEngine(options: UploaderOptions): Engine {
  const endpoint = checkEndpoint(options?.endpoint)
  // JavaScript callers may still pass this option. If it were ignored, `false` would mean
  // IndexedDB.
  if ('records' in options) throw new TypeError('records is resumeStore now')
  const effects = platformEffects(options.effects)
  const { headers = {}, credentials = 'same-origin', stallMs = STALL_MS } = options
  const { resumeStore = platformResumeStore(effects.wait) } = options
  const { storageOrigins } = options
  const fetch = platformFetch(options)
  const chosen = chooseSend(fetch, options.XMLHttpRequest)
  const streams = chosen.showsBytes && chosen.seesBytes({ method: 'PUT', size: 0 })
  const byDefault = streams ? STREAM_CONNECTIONS : BROWSER_CONNECTIONS
  const connections = checkConnections(options, byDefault)
  const secondHost = () => ({
    budget: new ConnectionBudget(connections, effects.monotonicMs, 1),
    givenUp: new AbortController(),
    isProven: false,
  })
  const asked = { endpoint, fetch }
  const lines = { effects, retryForMs: checkRetryForMs(options.retryForMs), asked }
  loadFailures().catch(() => {}) // the first failure asks for it again
  const calls = signerCalls({ endpoint, fetch, headers, credentials, wait: effects.wait })
  return {
    endpoint,
    ...checkScope(options),
    effects,
    lines,
    calls: new SharedCalls(calls, lines),
    transport: { ...chosen, send: onlyTo(storageOrigins, chosen.send), stallMs },
    budget: new ConnectionBudget(connections, effects.monotonicMs),
    ...(storageOrigins?.[1] ? { second: secondHost() } : {}),
    admission: {
      small: new Semaphore(2 * BATCH_SIZE, BATCH_SIZE),
      large: new Semaphore(MAX_LARGE),
      hashing: new Semaphore(HASHED_AT_ONCE),
      asking: new Semaphore(VERDICTS_AT_ONCE),
    },
    ...(resumeStore ? { resumeStore } : {}),
    maxRecordAgeMs: MAX_RECORD_AGE_MS,
  }
}

function checkEndpoint(endpoint: unknown): string {
  if (typeof endpoint !== 'string' || endpoint === '') {
    throw new TypeError(`endpoint is ${String(endpoint)}, expected the signer's URL`)
  }
  return withoutTrailingSlashes(endpoint)
}

/** A user who is not known yet must not share the records of all. */
function checkScope(options: UploaderOptions): { readonly scope?: string } {
  if (!('scope' in options)) return {}
  const { scope } = options
  if (typeof scope === 'string' && scope !== '') return { scope }
  throw new TypeError(`scope is ${JSON.stringify(scope)}, expected a text such as a user's id`)
}

function checkConnections(options: UploaderOptions, byDefault: number): number {
  const { connections = byDefault } = options
  if (Number.isInteger(connections) && connections >= 1 && connections <= 100) return connections
  throw new RangeError(`connections is ${connections}, expected 1 to 100`)
}

function checkRetryForMs(ms: number = RETRY_FOR_MS): number {
  if (typeof ms === 'number' && ms >= 0) return ms
  throw new RangeError(`retryForMs is ${ms}, expected 0 or more milliseconds`)
}

function platformFetch(options: UploaderOptions): typeof globalThis.fetch {
  // Browsers refuse `fetch` as a method of any object but the global one.
  return options.fetch ?? ((input, init) => globalThis.fetch(input, init))
}
