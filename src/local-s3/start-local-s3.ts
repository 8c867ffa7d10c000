/**
 * Starts the server.
 *
 * @module
 */

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLocalPage, type PagesFrom } from './access/foreign-page.ts'
import type { LocalCredentials } from './auth/identity.ts'
import { Store } from './buckets/store.ts'
import type { CorsRule } from './cors/cors-rule.ts'
import { answerBrokenRequests } from './http/broken-request.ts'
import { IDLE_MS } from './http/idle-connection.ts'
import { createListener } from './http/listener.ts'
import type { Log } from './http/log.ts'
import { type Every, everyPeriod } from './http/slow-body.ts'
import type { ObjectCreatedEvent, ObjectCreatedListener } from './object-created-event.ts'
import { checkCorsRules } from './operations/bucket/cors.ts'
import { diskStorage } from './storage/disk/disk-storage.ts'
import { memoryStorage } from './storage/memory.ts'

export interface LocalS3Options {
  /** 0 takes a free one. @default 0 */
  readonly port?: number
  /** @default '127.0.0.1' */
  readonly host?: string
  /** Serves HTTPS with this certificate, PEM. @default HTTP */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer }
  /** Where objects are kept; absent keeps them in memory. */
  readonly dir?: string
  /** The one region of this server; every signature must name it. @default 'us-east-1' */
  readonly region?: string
  /** Who may sign. @default waybill-local / waybill-local-secret */
  readonly credentials?: readonly LocalCredentials[]
  /**
   * Whose pages may send requests, signed or not, besides those that a bucket's CORS rules name. Programs always may.
   * @default Pages of `localhost`, names below it, `127.0.0.1` and `[::1]`, any port
   */
  readonly pagesFrom?: PagesFrom
  /** Made where they are missing. `cors` replaces what the bucket has. */
  readonly buckets?: readonly (string | BucketOptions)[]
  /** Host names under which `bucket.name` is that bucket, besides `localhost`. */
  readonly domains?: readonly string[]
  /** @default () => new Date() */
  readonly now?: () => Date
  /** One line per request. @default silent */
  readonly log?: Log
}

export interface BucketOptions {
  readonly name: string
  readonly cors?: readonly CorsRule[]
}

export interface LocalS3 {
  /** For example `http://127.0.0.1:9000`. */
  readonly endpoint: string
  readonly port: number
  readonly region: string
  /** The first that may sign. */
  readonly credentials: LocalCredentials
  /** Calls `listener` for each object that has been created. @returns Stops it. */
  onObjectCreated(listener: ObjectCreatedListener): () => void
  /** Stops taking requests, cuts those under way, and closes the store. Twice is the same as once. */
  close(): Promise<void>
}

const DEFAULT_CREDENTIALS: LocalCredentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

interface Limits {
  /** After how long without a byte a client is given up. */
  readonly idleMs?: number
  /** Measures how fast bodies come. */
  readonly every?: Every
}

/**
 * Starts an S3 for development and tests, as strict as the real one.
 *
 * @param limits - Not for use, but for tests of what slow clients meet.
 * @throws {S3Error} `InvalidBucketName`, or what S3 says of a CORS rule.
 * @throws {Error} With `code` `EADDRINUSE` when the port is taken; the file system's own when `dir` cannot be used.
 */
export async function startLocalS3(
  options: LocalS3Options = {},
  { idleMs = IDLE_MS, every = everyPeriod }: Limits = {},
): Promise<LocalS3> {
  const { port = 0, host = '127.0.0.1', region = 'us-east-1', now = () => new Date() } = options
  const credentials = options.credentials ?? [DEFAULT_CREDENTIALS]
  const [first] = credentials
  if (!first) throw new TypeError('credentials is empty, expected at least one key pair')
  const log = options.log ?? (() => {})
  const warn = (message: string) => log(message, { time: now(), warning: message })
  const storage = options.dir === undefined ? memoryStorage() : diskStorage(options.dir, warn)
  const listeners = new Set<ObjectCreatedListener>()
  try {
    const store = await Store.open(storage, now)
    for (const each of options.buckets ?? []) await prepareBucket(store, each)
    const announce = (event: ObjectCreatedEvent) => {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          // The object is stored, whatever its listeners make of it.
          warn(
            `a listener of onObjectCreated threw ${error instanceof Error ? error.stack : error}`,
          )
        }
      }
    }
    const { pagesFrom = isLocalPage } = options
    const service = { region, credentials, pagesFrom, now, store, announce }
    const domains = ['localhost', ...(options.domains ?? [])]
    const listener = createListener({ service, log, domains, idleMs, every })
    const server = await listen(listener, { port, host, tls: options.tls, idleMs, log, now })
    const { port: taken } = addressOf(server)
    return {
      endpoint: `${options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${taken}`,
      port: taken,
      region,
      credentials: first,
      onObjectCreated: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      close: () => close(server, store),
    }
  } catch (error) {
    await storage.close()
    throw error
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (typeof address === 'object' && address) return address
  throw new Error('the server is not listening on a port')
}

async function prepareBucket(store: Store, options: string | BucketOptions): Promise<void> {
  const { name, cors } = typeof options === 'string' ? { name: options } : options
  const bucket = store.has(name) ? store.bucket(name) : await store.createBucket({ name })
  if (!cors) return
  const checked = checkCorsRules(cors)
  await bucket.update((record) => ({ ...record, cors: checked }))
}

interface ListenOptions {
  readonly port: number
  readonly host: string
  readonly tls: LocalS3Options['tls']
  readonly idleMs: number
  readonly log: Log
  readonly now: () => Date
}

async function listen(
  listener: ReturnType<typeof createListener>,
  { port, host, tls, idleMs, log, now }: ListenOptions,
): Promise<Server> {
  const settings = {
    // Uploads take as long as they take; a header must not.
    requestTimeout: 0,
    headersTimeout: 60_000,
    // S3 has its own answer to more than it takes.
    maxHeaderSize: 64 * 1024,
    keepAliveTimeout: 20_000,
    highWaterMark: 256 * 1024,
    noDelay: true,
  }
  // An import of node:http reads all its exports and with them loads undici: 40 ms. Asking for the module does not.
  const server = tls
    ? process.getBuiltinModule('node:https').createServer({ ...settings, ...tls })
    : process.getBuiltinModule('node:http').createServer(settings)
  answerBrokenRequests(server, { log, now })
  server.on('request', listener)
  server.on('checkContinue', listener)
  // Node would answer 417; S3 takes no notice of an expectation that it does not know.
  server.on('checkExpectation', listener)
  // A client that has gone silent must not keep its draft for ever: see idle-connection.ts.
  server.setTimeout(idleMs)
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

async function close(server: Server, store: Store): Promise<void> {
  if (server.listening) {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await store.storage.close()
}
