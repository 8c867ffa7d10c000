/**
 * The options of an uploader, their checks and defaults, and the engine made from them.
 *
 * @module
 */

import { withoutTrailingSlashes } from 'waybill-s3/internal/trailing-slashes'
import { type Effects, platformEffects } from './effects.ts'
import type { ResumeStore } from './resume/resume-record.ts'
import { platformResumeStore } from './resume/resume-stores.ts'
import { Semaphore } from './semaphore.ts'
import {
  BROWSER_CONNECTIONS,
  ConnectionBudget,
  STREAM_CONNECTIONS,
} from './send/connection-budget.ts'
import { loadAhead } from './send/load-ahead.ts'
import { chooseSend } from './send/send.ts'
import { STALL_MS } from './send/send-attempt.ts'
import { restrictToOrigins } from './send/storage-origins.ts'
import { BATCH_SIZE, SharedCalls } from './signer-calls/shared-calls.ts'
import { type SignerHeaders, signerCalls } from './signer-calls/signer-calls.ts'
import type { Engine } from './upload/engine.ts'
import { loadLargeFiles } from './upload/upload-run.ts'

/** Options of `createUploader`; only `endpoint` is required. */
export interface UploaderOptions {
  /** The signer's base URL: a Function URL, or a path of this origin such as `/api/uploads`. */
  readonly endpoint: string
  /** Sent to the signer, never to S3. A function runs before each call. @default none */
  readonly headers?: SignerHeaders
  /** Whether cookies are sent to the signer. @default 'same-origin' */
  readonly credentials?: RequestCredentials
  /**
   * Maximum number of connections to S3, 1 to 100. An uploader starts with three.
   * @default 6, the limit of browsers; 12 in Node and Bun
   */
  readonly connections?: number
  /** A request is retried when no byte has moved for so long. @default 20 000 */
  readonly stallMs?: number
  /**
   * How long a failing request is retried, from its first failure. Time without a network does not
   * count. `Infinity` never gives up, 0 never retries. @default 240 000, four minutes
   */
  readonly retryForMs?: number
  /**
   * Where multipart uploads are recorded, so that they resume after a reload; `false` records none.
   * @default IndexedDB in browsers, none in Node: see `fileResumeStore`
   */
  readonly resumeStore?: ResumeStore | false
  /**
   * Whose uploads these are, such as a user's id, where several people share a browser. Uploads of
   * one scope are neither offered in another nor resumed there. Resume records contain the scope.
   * @default none: records belong to the browser
   */
  readonly scope?: string
  /**
   * The only origins that files are sent to, such as
   * `https://my-bucket.s3.eu-west-1.amazonaws.com`. An upload to any other origin fails with
   * `STORAGE_NOT_ALLOWED` before a byte is sent. Pass both origins that `storageOrigins` of
   * `waybill-s3` returns to let browsers use both of the bucket's host names, and so twelve
   * connections, on networks that lose packets.
   * @default any
   */
  readonly storageOrigins?: readonly string[]
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
  /** `false` sends everything with `fetch`. @default the platform's, if it has one */
  readonly XMLHttpRequest?: typeof globalThis.XMLHttpRequest | false
  /** Clock, randomness, waiting and network state, for tests. @default the platform's */
  readonly effects?: Partial<Effects>
}

/** Long enough for the restart of a router, a deployment, a train in a tunnel. */
const RETRY_FOR_MS = 240_000
/** Two weeks: by then the bucket's lifecycle has removed the parts. */
const MAX_RECORD_AGE_MS = 14 * 24 * 60 * 60 * 1000
/** Multipart uploads at once; there are no connections for more. */
const MAX_LARGE = 6
/** Each is 16 MiB at most. */
const HASHED_AT_ONCE = 3
const VERDICTS_AT_ONCE = 2

/** @throws {TypeError | RangeError} When an option is wrong; the message says what is allowed. */
export function createEngine(options: UploaderOptions): Engine {
  const endpoint = checkEndpoint(options?.endpoint)
  const effects = platformEffects(options.effects)
  const { headers = {}, credentials = 'same-origin', stallMs = STALL_MS } = options
  const { resumeStore = platformResumeStore(effects.wait, () => loadLargeFiles(effects)) } = options
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
  const retryContext = {
    effects,
    retryForMs: checkRetryForMs(options.retryForMs),
    signer: { endpoint, fetch },
  }
  loadAhead(effects).catch(() => {}) // the first failure loads it again
  const calls = signerCalls({ endpoint, fetch, headers, credentials, wait: effects.wait })
  return {
    endpoint,
    ...checkScope(options),
    effects,
    retryContext,
    calls: new SharedCalls(calls, retryContext),
    transport: { ...chosen, send: restrictToOrigins(storageOrigins, chosen.send), stallMs },
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

/** A user who is not known yet must not use the records of the whole browser. */
function checkScope(options: UploaderOptions): { readonly scope?: string } {
  if (!('scope' in options)) return {}
  const { scope } = options
  if (typeof scope === 'string' && scope !== '') return { scope }
  throw new TypeError(`scope is ${JSON.stringify(scope)}, expected a string such as a user's id`)
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
