/**
 * The development server: a local S3, a signer for its bucket, an arrival handler for its events,
 * and a page to try them. All listen on the loopback address unless `--host` opens them to the
 * network.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import { isPageOf } from '@waybill/command-line/open-host'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { isAddressedHere } from 'strict-s3/internal/addressed-host'
import {
  BUCKET,
  type LocalBucketOptions,
  type LocalPages,
  localS3Options,
} from 'strict-s3/internal/local-bucket'
import type { UploadRules } from 'waybill'
import { parseSize } from 'waybill/internal/protocol'
import { type RunningServer, startServer, toNodeHandler } from 'waybill/node'
import type { QuotaStore } from 'waybill/signer'
import { createSigner, memoryQuotas } from 'waybill/signer'
import { type BadLine, startBadLine } from './bad-line.ts'
import { type DevArrivals, startArrivals } from './dev-arrivals.ts'
import { type DevEvents, openEvents } from './dev-events.ts'
import { lineCall, pageCall, sendError } from './page-calls.ts'
import { BUILT_PAGE, type Handler, pageFiles } from './page-files.ts'
import { signerCredentials } from './seal-secret.ts'
import { type BucketAccess, storedObjects } from './stored-objects.ts'
import { unfinishedUploads } from './unfinished-uploads.ts'

const LOOPBACK = '127.0.0.1'
const SIGNER_PATH = '/api/uploads'
/** A second signer for the page, to show that S3 refuses expired forms. */
const SHORT_LIVED_PATH = '/api/short-lived-uploads'
const SHORT_LIFE_SECONDS = 4

/** The paths of calls that return signatures to a browser, relative to the signer's path. */
const GRANTS: ReadonlySet<string> = new Set(['', '/', '/parts', '/link'])

const OBJECTS_SHOWN = 200
const UNFINISHED_SHOWN = 4

export interface DevServerOptions extends LocalBucketOptions {
  /** 0 picks a free port. */
  readonly port: number
  readonly home: string
  /** Seals waybills; see `sealSecret`. */
  readonly secret: string
  readonly rules: UploadRules
  /**
   * The built demo page's directory.
   * @default the page in this package
   */
  readonly pageDirectory?: string
}

export interface DevServer {
  /** The page's address, for example `http://localhost:8787`. */
  readonly url: string
  /** The signer's address, for example `http://localhost:8787/api/uploads`. */
  readonly signerUrl: string
  /** The local S3's address, for example `http://localhost:9000`. */
  readonly s3Url: string
  readonly s3: StrictS3
  /** Waits for calls and checks in progress before it stops the server. */
  close(): Promise<void>
}

/** @throws {CommandFailure} If a rule is invalid. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { secret, terminal, home } = options
  // The user agent is random, so that no other client's requests are hidden from the log.
  const unlogged = `waybill dev ${randomUUID()}`
  // A server that is open to the network cannot simulate a bad connection, because others could
  // switch it on. Otherwise the line listens on the S3's port, so that uploads to the printed
  // address go through the line.
  const hasLine = options.host === undefined
  const s3Port = hasLine ? 0 : options.s3Port
  const s3 = await startStrictS3(
    localS3Options({ ...options, s3Port }, signerCredentials(secret), unlogged),
  )
  const events = openEvents(home, terminal)
  const { onEvent } = events
  const fetch = fetchAs(unlogged)
  const arrivals = startArrivals({ bucket: BUCKET, secret, s3, terminal, onEvent, fetch })
  let line: BadLine | undefined
  const stop = async () => {
    await arrivals.stop()
    await line?.close()
    await s3.close()
    await events.close()
  }
  try {
    if (hasLine) line = await startBadLine(s3.endpoint, options.s3Port)
    const { names: [name] = ['localhost'] } = options.host ?? {}
    const s3Url = line?.endpoint ?? `http://${name}:${s3.port}`
    const server = await startSigner(options, { s3, s3Url, line, arrivals, onEvent, fetch })
    const url = `http://${name}:${server.port}`
    return {
      url,
      signerUrl: `${url}${SIGNER_PATH}`,
      s3Url,
      s3,
      close: async () => {
        await server.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Running extends Pick<DevEvents, 'onEvent'> {
  readonly s3: StrictS3
  /** Where browsers, including a phone's, reach the S3: through the line if there is one. */
  readonly s3Url: string
  readonly line: BadLine | undefined
  readonly arrivals: DevArrivals
  /** The local S3 does not log requests that are sent with this `fetch`. */
  readonly fetch: typeof globalThis.fetch
}

async function startSigner(
  options: DevServerOptions,
  { s3, s3Url, line, arrivals, onEvent, fetch }: Running,
): Promise<RunningServer> {
  const { host } = options
  const bucket: BucketAccess = {
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: signerCredentials(options.secret),
  }
  const quotas = memoryQuotas()
  const signerOf = (at: BucketAccess, basePath = SIGNER_PATH, rules = options.rules) =>
    toNodeHandler(createDevSigner({ ...options, rules }, at, { onEvent, quotas }), { basePath })
  const signer = signerOf(bucket)
  // Uploads use the line even while it is good, so that the switch affects uploads in progress.
  const onLine = { ...bucket, endpoint: s3Url }
  const granter = signerOf(onLine)
  const shortLived = signerOf(onLine, SHORT_LIVED_PATH, expiringIn(SHORT_LIFE_SECONDS, options))
  const seen = { ...bucket, linkEndpoint: s3Url, fetch }
  const page = await pageFiles(options.pageDirectory ?? BUILT_PAGE, s3Url)
  const rules = describeRules(options.rules)
  const destination = {
    bucket: BUCKET,
    rules,
    hasLine: line !== undefined,
    shortLivedEndpoint: SHORT_LIVED_PATH,
  }
  const handlers: Readonly<Record<string, Handler>> = {
    '/api/objects': pageCall({ GET: () => storedObjects(seen, OBJECTS_SHOWN, arrivals) }),
    '/api/unfinished': pageCall({ GET: () => unfinishedUploads(seen, UNFINISHED_SHOWN) }),
    '/api/destination': pageCall({ GET: () => destination }),
    ...(line ? { '/api/line': pageCall(lineCall(line)) } : {}),
  }
  return startServer(
    (request, response) => {
      const path = request.url?.split('?', 1)[0] ?? '/'
      if (!isAddressedHere(request, ['localhost'], true)) return refuseHost(request, response)
      if (path === SIGNER_PATH || path.startsWith(`${SIGNER_PATH}/`)) {
        const isGrant = GRANTS.has(path.slice(SIGNER_PATH.length))
        return (isGrant ? granter : signer)(request, response)
      }
      if (path === SHORT_LIVED_PATH) return shortLived(request, response)
      return (handlers[path] ?? page)(request, response)
    },
    { port: options.port, host: host?.listen ?? LOOPBACK },
  )
}

function createDevSigner(
  { rules, secret, host, nullOrigin }: DevServerOptions,
  bucket: BucketAccess,
  shared: Pick<DevEvents, 'onEvent'> & { readonly quotas: QuotaStore },
) {
  try {
    const allowedOrigins = localOrigins({ host, nullOrigin })
    // Objects are verified here as they are on AWS.
    const options = { verifiedOnly: true, allowedOrigins, ...shared }
    return createSigner({ ...bucket, secret, rules, ...options })
  } catch (error) {
    // Only the rules come from the user, so the error is in one of them. The message names it.
    throw new CommandFailure(`--rules: ${messageOf(error)}`, { cause: error })
  }
}

/** Allows uploads from this machine's pages only, and with `--null-origin` also from `null`. */
function localOrigins({ host, nullOrigin = false }: LocalPages): (origin: string) => boolean {
  const isPage = isPageOf(host)
  return (origin) => (origin === 'null' ? nullOrigin : isPage(origin))
}

function fetchAs(userAgent: string): typeof globalThis.fetch {
  return (url, init) => {
    const headers = new Headers(init?.headers)
    headers.set('user-agent', userAgent)
    return fetch(url, { ...init, headers })
  }
}

function describeRules(rules: UploadRules) {
  return Object.entries(rules).map(([name, { types, maxSize }]) => ({
    name,
    types,
    maxSize: parseSize(maxSize),
  }))
}

function expiringIn(expiresInSeconds: number, { rules }: DevServerOptions): UploadRules {
  return Object.fromEntries(
    Object.entries(rules).map(([name, rule]) => [name, { ...rule, expiresInSeconds }]),
  )
}

function refuseHost(request: IncomingMessage, response: ServerResponse): void {
  const host = request.headers.host ?? ''
  sendError(response, 403, 'FORBIDDEN', `the Host is '${host}', expected localhost`)
}
