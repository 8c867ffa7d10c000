/**
 * A proxy for tests that simulates bad networks and busy stores. It injects up to one planned fault
 * per request, streams in both directions with backpressure, and records what happened.
 *
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { finished } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { Attempts, type FaultPlan, type ObservedRequest, type RecordedExchange } from './fault.ts'
import { inject } from './proxy-faults.ts'

export interface FaultProxyOptions {
  /** The real server's origin. */
  readonly upstream: string
  /**
   * The port. 0 selects a free port.
   *
   * @default 0
   */
  readonly port?: number
  /** @default no faults */
  readonly plan?: FaultPlan
  /**
   * The proxy's name in the summary.
   * @default 'proxy'
   */
  readonly name?: string
  /**
   * Whether to record `exchanges`. Turn this off for a proxy that runs for days.
   *
   * @default true
   */
  readonly isRecording?: boolean
  /**
   * The maximum time in milliseconds that a late request or response waits for another exchange to
   * end.
   *
   * @default 500
   */
  readonly maxLateMs?: number
}

const MAX_LATE_MS = 500

/** Starts a proxy on 127.0.0.1. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new FaultProxy(options)
  await proxy.listen()
  return proxy
}

export class FaultProxy {
  readonly exchanges: RecordedExchange[] = []
  /** The number of connections refused while the proxy was offline. */
  refused = 0
  stalled = 0
  readonly #name: string
  readonly #isRecording: boolean
  readonly #maxLateMs: number
  readonly #port: number
  #seen = 0
  #running = 0
  #ended = 0
  #upstream: URL
  #plan: FaultPlan
  #offline = false
  readonly #attempts = new Attempts()
  readonly #sockets = new Set<Socket>()
  readonly #gates = new Set<() => void>()
  readonly #watchers = new Set<() => void>()
  readonly #server = createServer(
    // Never close idle connections, because the client might reuse one at that moment, which would
    // be an unplanned fault. Accept large headers, so that strict-s3 can reject them itself.
    { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, maxHeaderSize: 64 * 1024 },
    (incoming, outgoing) => {
      // Disconnect if the request's URL cannot be parsed. S3 would not understand it either.
      this.#exchange(incoming, outgoing).catch(() => incoming.socket.destroy())
    },
  )

  constructor(options: FaultProxyOptions) {
    const { upstream, plan = () => undefined, name = 'proxy', isRecording = true } = options
    this.#upstream = new URL(upstream)
    this.#plan = plan
    this.#name = name
    this.#isRecording = isRecording
    this.#maxLateMs = options.maxLateMs ?? MAX_LATE_MS
    this.#port = options.port ?? 0
    this.#server.on('connection', (socket) => this.#accept(socket))
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.on('error', reject)
      this.#server.listen(this.#port, '127.0.0.1', resolve)
    })
  }

  get endpoint(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('proxy does not listen')
    return `http://127.0.0.1:${address.port}`
  }

  /** Takes effect with the next request. */
  usePlan(plan: FaultPlan): void {
    this.#plan = plan
  }

  /**
   * Takes effect with the next request. Call this after the upstream server has restarted, for
   * example.
   */
  useUpstream(upstream: string): void {
    this.#upstream = new URL(upstream)
  }

  /** Resets all connections, and every new one until `online()` is called. */
  offline(): void {
    this.#offline = true
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  online(): void {
    this.#offline = false
  }

  release(): void {
    for (const open of [...this.#gates]) open()
  }

  /** Resolves once `condition` returns true. The proxy calls it whenever something happens. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watch = (): void => {
        if (!condition()) return
        this.#watchers.delete(watch)
        resolve()
      }
      this.#watchers.add(watch)
      watch()
    })
  }

  /** Returns a short summary of the requests and the injected faults. */
  summary(): string {
    return summarize(this.#name, this.exchanges, this.refused)
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    this.release()
    await closed
    await this.until(() => this.#running === 0)
  }

  #accept(socket: Socket): void {
    if (this.#offline) {
      socket.resetAndDestroy()
      this.refused += 1
      this.#changed()
      return
    }
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  async #exchange(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = this.#observe(incoming)
    const fault = this.#plan(request)
    const record: RecordedExchange = { request, received: 0, ended: false, ...(fault && { fault }) }
    if (this.#isRecording) this.exchanges.push(record)
    this.#running += 1
    this.#changed()
    const received = (bytes: number): void => {
      record.received += bytes
      this.#changed()
    }
    // Both sides may disconnect at any time. These errors are handled elsewhere.
    incoming.on('error', () => undefined)
    outgoing.on('error', () => undefined)
    const over = finished(outgoing).catch(() => undefined)
    const exchange = { incoming, outgoing, upstream: this.#upstream, received }
    const gates = { gate: () => this.#gate(over), another: () => this.#another() }
    await inject(exchange, fault, gates).catch(() => incoming.socket.destroy())
    await over
    if (outgoing.headersSent) record.status = outgoing.statusCode
    record.ended = true
    this.#running -= 1
    this.#ended += 1
    this.#changed()
  }

  #observe(incoming: IncomingMessage): ObservedRequest {
    const method = incoming.method ?? ''
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? '/', this.#upstream)
    const { headers } = incoming
    const isForm = (headers['content-type'] ?? '').startsWith('multipart/form-data')
    const operation = s3Operation(method, path, query, isForm)
    const partNumber = query.get('partNumber')
    const attempt = this.#attempts.next(`${operation} ${path} ${partNumber ?? ''}`)
    return {
      number: this.#seen++,
      method,
      path,
      query,
      headers,
      operation,
      ...(partNumber === null ? {} : { partNumber: Number(partNumber) }),
      bodySize: Number(headers['content-length'] ?? 0),
      attempt,
    }
  }

  async #another(): Promise<void> {
    const before = this.#ended
    await Promise.race([
      this.until(() => this.#ended > before),
      pause(this.#maxLateMs, undefined, { ref: false }),
    ])
  }

  async #gate(over: Promise<unknown>): Promise<void> {
    this.stalled += 1
    this.#changed()
    const released = new Promise<void>((resolve) => {
      const open = (): void => {
        this.#gates.delete(open)
        resolve()
      }
      this.#gates.add(open)
      void over.then(open)
    })
    await released
    this.stalled -= 1
    this.#changed()
  }

  #changed(): void {
    for (const watch of [...this.#watchers]) watch()
  }
}

function summarize(
  name: string,
  exchanges: readonly RecordedExchange[],
  refusedConnections: number,
): string {
  const faulted = exchanges.filter((exchange) => exchange.fault)
  const received = exchanges.reduce((sum, exchange) => sum + exchange.received, 0)
  const share = exchanges.length === 0 ? 0 : (100 * faulted.length) / exchanges.length
  const lines = [
    `${name}: ${exchanges.length} requests, ${faulted.length} faulted (${share.toFixed(1)} %), ` +
      `${refusedConnections} connections refused, ${received} bytes received`,
    tally(exchanges.map(({ request }) => request.operation.split(' ')[0] ?? '')),
    tally(faulted.map(({ fault }) => fault?.kind ?? '')),
  ]
  return lines.filter((line) => line !== '').join('\n  ')
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`)
    .join(' · ')
}

/**
 * Names an operation by method and query, for plans and records. Unlike the table in `operations/`,
 * it accepts every request, even requests to other servers.
 *
 * @param path - In path style: `/bucket/key`.
 * @param isForm - Whether the body is `multipart/form-data`.
 */
function s3Operation(
  method: string,
  path: string,
  query: URLSearchParams,
  isForm: boolean,
): string {
  if (method === 'OPTIONS') return 'Preflight'
  if (isForm && method === 'POST') return 'PostObject'
  const inBucket = /^\/[^/]+\/?$/.test(path)
  if (query.has('uploadId')) return UPLOAD_OPERATIONS[method] ?? `${method} ${path}`
  if (query.has('uploads'))
    return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads'
  const known = inBucket ? BUCKET_OPERATIONS : OBJECT_OPERATIONS
  return known[method] ?? `${method} ${path}`
}

const UPLOAD_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'UploadPart',
  GET: 'ListParts',
  POST: 'CompleteMultipartUpload',
  DELETE: 'AbortMultipartUpload',
}

const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
}

const BUCKET_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'CreateBucket',
  GET: 'ListObjectsV2',
  HEAD: 'HeadBucket',
  DELETE: 'DeleteBucket',
}
