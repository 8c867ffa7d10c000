import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLocalPage } from '@waybill/command-line/local-page'
import { printable } from '@waybill/command-line/printable'
import type { LocalCredentials, PagesFrom } from './auth/identity.ts'
import { MovableClock } from './buckets/clock.ts'
import type { BucketRecord } from './buckets/records.ts'
import type { Regions } from './buckets/region.ts'
import { Store } from './buckets/store.ts'
import { type CorsRule, checkCorsRules } from './cors/cors-rule.ts'
import { type ActiveFault, type FaultRule, Faults } from './faults/fault-rules.ts'
import { Admin } from './http/admin.ts'
import { answerBrokenRequests } from './http/broken-request.ts'
import { createListener } from './http/listener.ts'
import type { Log } from './http/log.ts'
import { type Every, everyPeriod, IDLE_MS } from './http/slow-clients.ts'
import { bucketArn } from './message/account.ts'
import { Announcer } from './notifications/announcer.ts'
import type { ObjectCreatedListener } from './notifications/event-bridge.ts'
import { type WebhookOption, Webhooks } from './notifications/webhooks.ts'
import type { Service } from './operations/call.ts'
import { readSeed, type Seeded, storeSeed } from './seed.ts'
import { diskStorage } from './storage/disk/disk-storage.ts'
import { memoryStorage } from './storage/memory.ts'
import type { Storage } from './storage/storage.ts'

/** Options for `startStrictS3`. */
export interface StrictS3Options {
  /**
   * The port. 0 selects a free port.
   *
   * @default 0
   */
  readonly port?: number
  /**
   * The address to listen on.
   * @default '127.0.0.1'
   */
  readonly host?: string
  /**
   * The certificate and private key in PEM format, to serve HTTPS.
   *
   * @default HTTP
   */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer }
  /**
   * The directory in which objects are stored.
   *
   * @default objects are kept in memory
   */
  readonly dir?: string
  /**
   * The server's region, or several. Signatures for any other region are rejected. With several,
   * `CreateBucket` chooses a bucket's region, and only signatures for this region reach the bucket.
   * The first region is that of `buckets`.
   *
   * @default 'us-east-1'
   */
  readonly region?: string | readonly string[]
  /**
   * The key pairs that may sign requests.
   * @default `waybill-local` with the secret `waybill-local-secret`
   */
  readonly credentials?: readonly LocalCredentials[]
  /**
   * The web pages that may send requests, signed or unsigned, in addition to those allowed by the
   * bucket's CORS rules. Programs are never restricted.
   *
   * @default pages on `localhost` and its subdomains, `127.0.0.1` and `[::1]`, on any port
   */
  readonly pagesFrom?: PagesFrom
  /**
   * Buckets to create if they don't exist. `cors` and `public` also change a bucket that already
   * exists.
   */
  readonly buckets?: readonly (string | BucketOptions)[]
  /**
   * A folder whose files are stored at the start and after a reset: `<seed>/<bucket>/<key>`. Buckets
   * are created if they don't exist, and existing objects are kept. No file is kept in memory.
   *
   * @default nothing is stored
   */
  readonly seed?: string
  /**
   * Host names for virtual-hosted-style requests. With `s3.test`, for example, the host
   * `uploads.s3.test` addresses the bucket `uploads`. `localhost` always works.
   */
  readonly domains?: readonly string[]
  /**
   * Whether to check the Host header of requests from other machines. It must be an IP address,
   * `localhost` or one of `domains`. Without this check, a site could point its own name at this
   * server (DNS rebinding), and its pages would count as the server's own. Requests over loopback
   * addresses are always checked.
   *
   * Unless `waybill-local` is one of the `credentials`, names that nobody can register are accepted
   * too: names without a dot, and names that end with `.internal`, `.local` or `.test`.
   *
   * @default false
   */
  readonly checkHost?: boolean
  /**
   * The web server that receives the events of buckets with a notification configuration, in place
   * of their queues, topics, functions and EventBridge: one URL for all, or URLs by ARN. In a map,
   * `eventbridge` is EventBridge, and `*` stands for everything else. Events are sent one after
   * another, and again while the receiver is down. Requests never wait for it.
   *
   * @default no events are sent, and destinations do not exist
   */
  readonly webhook?: WebhookOption
  /**
   * The clock for signatures, expirations, lifecycle rules and retention periods. Tests can pass
   * their own.
   *
   * @default () => new Date()
   */
  readonly now?: () => Date
  /**
   * Faults to inject from the start. The first rule that applies to a request determines its fault.
   *
   * @default none
   */
  readonly faults?: readonly FaultRule[]
  /**
   * The key for `/_admin`, through which programs in any language can set faults, move the clock and
   * reset the server.
   *
   * @default `/_admin` does not exist
   */
  readonly adminKey?: string
  /**
   * Called with one line for each request and each warning.
   *
   * @default nothing is logged
   */
  readonly log?: Log
}

/** A bucket to create. */
export interface BucketOptions {
  readonly name: string
  readonly cors?: readonly CorsRule[]
  /**
   * Whether everyone can read the bucket's objects without a signature. This sets a bucket policy
   * and turns off the public access block's settings for policies.
   *
   * @default false
   */
  readonly public?: boolean
}

/** A running server. */
export interface StrictS3 {
  /** The server's origin, for example `http://127.0.0.1:9000`. */
  readonly endpoint: string
  readonly port: number
  /** The first region. */
  readonly region: string
  /** The server's first key pair. */
  readonly credentials: LocalCredentials
  /** What became of the files in `seed` at the start. */
  readonly seeded?: Seeded
  /**
   * Calls `listener` whenever an object is created.
   *
   * @returns A function that removes the listener.
   */
  onObjectCreated(listener: ObjectCreatedListener): () => void
  /** The current fault rules, and how many requests have got each fault so far. */
  readonly faults: readonly ActiveFault[]
  /**
   * Replaces all fault rules. Requests that a fault holds back continue. Pass `[]` to remove all
   * faults.
   *
   * @throws {TypeError} If a rule is invalid. The message names the property.
   */
  setFaults(rules: readonly FaultRule[]): void
  /**
   * Returns to the state after the start with an empty store: removes every bucket with everything
   * in it, creates `buckets` and `seed` again, and restores the fault rules and the clock. Requests in
   * flight cannot store anything any more.
   */
  reset(): Promise<void>
  /**
   * Closes all connections, even those with requests in flight, and then the store. Further calls
   * do nothing.
   */
  close(): Promise<void>
}

const DEFAULT_CREDENTIALS: LocalCredentials = {
  accessKeyId: 'waybill-local',
  secretAccessKey: 'waybill-local-secret',
}

interface Limits {
  readonly idleMs?: number
  readonly every?: Every
}

/**
 * Starts an S3 server for development and tests that is as strict as S3 itself.
 *
 * @param limits - Only for tests of slow clients.
 * @throws {TypeError} If `webhook` has an invalid URL.
 * @throws {Error} If `seed` cannot be stored. Everything is checked before anything is stored.
 * @throws {S3Error} `InvalidBucketName`, or S3's error for an invalid CORS rule.
 * @throws {Error} With the `code` `EADDRINUSE` if the port is in use, `ELOCKED` if another server
 *   uses `dir`, or the file system's code if `dir` cannot be used.
 * @example
 * ```ts
 * const s3 = await startStrictS3({ buckets: ['uploads'] })
 * const { endpoint, region, credentials } = s3 // for any S3 client
 * await s3.close()
 * ```
 */
export async function startStrictS3(
  options: StrictS3Options = {},
  { idleMs = IDLE_MS, every = everyPeriod }: Limits = {},
): Promise<StrictS3> {
  const { port = 0, host = '127.0.0.1' } = options
  const clock = new MovableClock(options.now)
  const { now } = clock
  const [region = '', ...otherRegions] = [options.region ?? 'us-east-1'].flat()
  if (region === '') throw new TypeError('region is empty, expected at least one region')
  const credentials = options.credentials ?? [DEFAULT_CREDENTIALS]
  const [first] = credentials
  if (!first) throw new TypeError('credentials is empty, expected at least one key pair')
  if (options.adminKey === '') throw new TypeError('adminKey is empty, expected a string')
  const log = options.log ?? (() => {})
  const warn = (message: string) => log(printable(message), { time: now(), warning: message })
  const webhooks = new Webhooks(options.webhook, warn)
  const storage = options.dir === undefined ? memoryStorage() : diskStorage(options.dir, warn)
  let opened: Storage | Store = storage
  try {
    const faults = new Faults(options.faults ?? [])
    const store = await Store.open(storage, now)
    opened = store
    const prepare = async () => {
      const seed = options.seed === undefined ? undefined : await readSeed(options.seed)
      for (const each of options.buckets ?? []) await prepareBucket(store, region, each)
      return seed && storeSeed(seed, store, region)
    }
    const seeded = await prepare()
    const reset = async () => {
      faults.reset()
      clock.offsetMs = 0
      webhooks.discard()
      await store.reset(prepare)
    }
    const regions: Regions = [region, ...otherRegions]
    const announcer = new Announcer({ regions, now, webhooks, warn })
    const { pagesFrom = isLocalPage } = options
    const domains = ['localhost', ...(options.domains ?? [])].sort((a, b) => b.length - a.length)
    const hasKnownKeys = credentials.some(
      ({ secretAccessKey }) => secretAccessKey === DEFAULT_CREDENTIALS.secretAccessKey,
    )
    const service: Service = {
      region,
      regions,
      credentials,
      pagesFrom,
      hasKnownKeys,
      domains,
      now,
      get movedMs() {
        return clock.offsetMs
      },
      store,
      announcer,
      webhooks,
    }
    const { checkHost = false, adminKey: key } = options
    const admin = key === undefined ? undefined : new Admin({ key, faults, clock, reset })
    const limits = { checkHost, privateNames: !hasKnownKeys, idleMs, every }
    const listener = createListener({ service, log: options.log, ...limits, faults, admin })
    const server = await listen(listener, { port, host, tls: options.tls, idleMs, log, now })
    const { port: taken } = addressOf(server)
    return {
      endpoint: `${options.tls ? 'https' : 'http'}://${urlHost(host)}:${taken}`,
      port: taken,
      region,
      credentials: first,
      ...(seeded && { seeded }),
      onObjectCreated: (created) => announcer.onObjectCreated(created),
      get faults() {
        return faults.active
      },
      setFaults: (rules) => faults.set(rules),
      reset,
      close: () => close(server, store, webhooks),
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/**
 * Returns a loopback address for `0.0.0.0` and `::`, because some systems cannot connect to these.
 */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (typeof address === 'object' && address) return address
  throw new Error('the server is not listening on a port')
}

async function prepareBucket(
  store: Store,
  region: string,
  options: string | BucketOptions,
): Promise<void> {
  const {
    name,
    cors,
    public: isPublic = false,
  } = typeof options === 'string' ? { name: options } : options
  const bucket = store.has(name) ? store.bucket(name) : await store.createBucket({ name })
  if (!cors && !isPublic) return
  const checked = cors && checkCorsRules(cors)
  await bucket.update((record) => ({
    ...record,
    ...(checked && { cors: checked }),
    ...(isPublic && readableByAll(record, region)),
  }))
}

function readableByAll({ name, publicAccessBlock }: BucketRecord, region: string) {
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `${bucketArn(region, name)}/*`,
  }
  const off = { blockPublicPolicy: false, restrictPublicBuckets: false }
  return {
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    ...(publicAccessBlock && { publicAccessBlock: { ...publicAccessBlock, ...off } }),
  }
}

interface ListenOptions {
  readonly port: number
  readonly host: string
  readonly tls: StrictS3Options['tls']
  readonly idleMs: number
  readonly log: Log
  readonly now: () => Date
}

async function listen(
  listener: ReturnType<typeof createListener>,
  { port, host, tls, idleMs, log, now }: ListenOptions,
): Promise<Server> {
  const settings = {
    // Uploads can take a long time, so the time for a whole request is not limited.
    requestTimeout: 0,
    headersTimeout: 60_000,
    // Larger than S3's limit, so that `readRequest` can throw S3's own error.
    maxHeaderSize: 64 * 1024,
    keepAliveTimeout: 20_000,
    highWaterMark: 256 * 1024,
    noDelay: true,
  }
  // Importing `node:http` would read all its exports and load undici, which is slow.
  // `getBuiltinModule` does not.
  const server = tls
    ? process.getBuiltinModule('node:https').createServer({ ...settings, ...tls })
    : process.getBuiltinModule('node:http').createServer(settings)
  answerBrokenRequests(server, { log, now })
  server.on('request', listener)
  server.on('checkContinue', listener)
  // S3 ignores an unknown expectation. By default, Node would respond with 417.
  server.on('checkExpectation', listener)
  // A silent client must not keep its draft forever, see `http/slow-clients.ts`.
  server.setTimeout(idleMs)
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

async function close(server: Server, store: Store, webhooks: Webhooks): Promise<void> {
  if (server.listening) {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await webhooks.close()
  await store.close()
}
