import { withoutTrailingSlashes } from 'waybill-s3/internal/bucket-url'
import { type Effects, platformEffects } from './effects.ts'
import type { ResumeStore } from './resume/resume-record.ts'
import { platformResumeStore } from './resume/resume-stores.ts'
import { Semaphore } from './semaphore.ts'
import {
  BROWSER_CONNECTIONS,
  ConnectionBudget,
  STREAM_CONNECTIONS,
} from './send/connection-budget.ts'
import { loadFailureHandling } from './send/load-failure-handling.ts'
import { SecondHost } from './send/second-host.ts'
import { STALL_MS } from './send/send-attempt.ts'
import { chooseSend, restrictToOrigins } from './send/transport.ts'
import { BATCH_SIZE, SharedCalls } from './signer-calls/shared-calls.ts'
import { type SignerHeaders, signerCalls } from './signer-calls/signer-calls.ts'
import { checkToken, holdToken, type TokenOptions } from './signer-calls/token.ts'
import type { Engine } from './upload/engine.ts'
import { loadLargeFiles } from './upload/upload-run.ts'

/** Options for `createUploader`. Only `endpoint` is required. */
export interface UploaderOptions extends TokenOptions {
  /**
   * The signer's base URL, either absolute or a path on the page's origin, such as `/api/uploads`.
   */
  readonly endpoint: string
  /**
   * Headers to send to the signer, but not to S3. If you pass a function, it is called before each
   * request.
   * @default none
   */
  readonly headers?: SignerHeaders
  /** Whether to send cookies to the signer. @default 'same-origin' */
  readonly credentials?: RequestCredentials
  /**
   * Maximum number of connections to S3, from 1 to 100. An uploader starts with three.
   * @default 6, the browser limit per host name; 12 in Node and Bun
   */
  readonly connections?: number
  /**
   * A request is retried after this many milliseconds without a transferred byte.
   * @default 20000, twenty seconds
   */
  readonly stallMs?: number
  /**
   * How long to keep retrying a failing request, in milliseconds after its first failure. Time
   * offline does not count. `Infinity` never gives up, and 0 never retries.
   * @default 240000, four minutes
   */
  readonly retryForMs?: number
  /**
   * Where to record multipart uploads so that they can resume after a reload. `false` disables
   * recording.
   * @default IndexedDB in browsers; none in Node, where you can pass `fileResumeStore`
   */
  readonly resumeStore?: ResumeStore | false
  /**
   * Identifies whose uploads these are, for example by user id. Set it if several people may share
   * a browser: uploads from one scope are neither offered nor resumed in another. Resume records
   * contain the scope.
   * @default none: all users of the browser share the records
   */
  readonly scope?: string
  /**
   * The only origins to which files may be sent, such as
   * `https://my-bucket.s3.eu-west-1.amazonaws.com`. An upload to any other origin fails with
   * `STORAGE_NOT_ALLOWED` before a byte is sent.
   *
   * Browsers limit connections per host name. To allow twelve connections on networks that lose
   * packets, pass both origins returned by `storageOrigins` from `waybill-s3`.
   * @default any
   */
  readonly storageOrigins?: readonly string[]
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
  /** Pass `false` to send everything with `fetch`. @default the platform's, if any */
  readonly XMLHttpRequest?: typeof globalThis.XMLHttpRequest | false
  /** Replaces time, randomness and network state in tests. @default the platform's */
  readonly effects?: Partial<Effects>
}

/** Long enough for a router restart, a deployment, or a train passing through a tunnel. */
const RETRY_FOR_MS = 240_000
/** Two weeks. By then, the bucket's lifecycle rule has removed the parts. */
const MAX_RECORD_AGE_MS = 14 * 24 * 60 * 60 * 1000
/** More concurrent multipart uploads would only compete for the same connections. */
const MAX_LARGE = 6
/** Limited because each file that is being hashed takes up to 16 MiB of memory. */
const HASHED_AT_ONCE = 3

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
  const retryContext = {
    effects,
    retryForMs: checkRetryForMs(options.retryForMs),
    signer: { endpoint, fetch },
  }
  loadFailureHandling(effects).catch(() => {}) // the first failing request tries to load it again
  checkToken(options)
  const token = holdToken(options, { endpoint, fetch }, effects)
  const calls = signerCalls({ endpoint, fetch, headers, token, credentials, wait: effects.wait })
  return {
    endpoint,
    ...checkScope(options),
    effects,
    retryContext,
    calls: new SharedCalls(calls, retryContext),
    transport: { ...chosen, send: restrictToOrigins(storageOrigins, chosen.send), stallMs },
    budget: new ConnectionBudget(connections, effects.monotonicMs),
    ...(storageOrigins?.[1] ? { second: new SecondHost(connections, effects.monotonicMs) } : {}),
    admission: {
      small: new Semaphore(2 * BATCH_SIZE, BATCH_SIZE),
      large: new Semaphore(MAX_LARGE),
      hashing: new Semaphore(HASHED_AT_ONCE),
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

/**
 * Rejects an undefined or empty scope. An uploader created before the user is known must not fall
 * back to the records that all users share.
 */
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
  // Browsers throw if `fetch` is called with a `this` other than the global object.
  return options.fetch ?? ((input, init) => globalThis.fetch(input, init))
}
