/**
 * An upload in parts on a line of which it is known what it carries, under a clock of the test.
 *
 * @module
 */

import { virtualTime } from '@waybill/test-support/virtual-time'
import { UploadError } from 'waybill'
import type { Send } from '../../../src/client/send/storage-request.ts'
import { Waits } from '../../../src/client/send/waiting.ts'
import type { RunContext } from '../../../src/client/upload/engine.ts'
import { MultipartStrategy } from '../../../src/client/upload/multipart-upload.ts'
import { createEngine } from '../../../src/client/uploader-options.ts'

export const MIB = 1024 ** 2
const FIRST = 'localhost'
const SECOND = '127.0.0.1'
const EXPIRATION = '2100-01-01T00:00:00Z'
const STEP_MS = 50
/** Bytes that a connection takes at once, before the line has carried any. */
const BUFFER = 256 * 1024

export interface Line {
  /** In all. */
  readonly bytesPerSecond: number
  /** What one connection carries at most: little where packets are lost. */
  readonly each?: number
}

/** What was under way, every 50 ms. */
export interface Moment {
  readonly atMs: number
  readonly parts: number
  /** Bytes that have left and that S3 does not have yet: a reload loses them. */
  readonly bytes: number
}

/** Sends a file whose line may be another one after a while. */
export async function sendOver(lineAt: (atMs: number) => Line, sending: Sending) {
  const { size, partSize = 8 * MIB, seesBytes = true, fails = () => false, second } = sending
  const { connections = 6, endsAtSecond = false } = sending
  const failsSecond = sending.failsSecond ?? (() => second === 'broken')
  const time = virtualTime()
  const end = new AbortController()
  const { signal } = end
  const underWay = new Map<number, number>()
  let requests = 0
  const hosts = new Map<string, number>()
  const send: Send = async ({ url, size: bytes, onSent, signal: stop }) => {
    requests += 1
    const number = requests
    const { hostname } = new URL(url)
    hosts.set(hostname, (hosts.get(hostname) ?? 0) + 1)
    if (hostname === SECOND && endsAtSecond) end.abort()
    if (hostname === SECOND && failsSecond(hosts.get(SECOND) ?? 0)) {
      throw new UploadError('NETWORK_FAILED', 'm')
    }
    try {
      for (let sent = BUFFER; sent < bytes; ) {
        underWay.set(number, sent)
        onSent(sent)
        await time.wait(STEP_MS, stop)
        const { bytesPerSecond, each = bytesPerSecond } = lineAt(time.monotonicMs())
        sent += (Math.min(each, bytesPerSecond / underWay.size) * STEP_MS) / 1000
      }
    } finally {
      underWay.delete(number)
    }
    onSent(bytes)
    return { status: fails(number) ? 503 : 200, headers: { etag: '"e"' }, text: '' }
  }
  let windowsAsked = 0
  let most = 0
  const engine = {
    ...createEngine({
      ...{ endpoint: 'http://localhost/', resumeStore: false, effects: time, connections },
      // A window is asked for, and anew where a request to the second host name has failed.
      fetch: async (_, init) => {
        windowsAsked += 1
        const { secondHost } = JSON.parse(String(init?.body))
        return Response.json({ ...signedWindow(secondHost ? SECOND : FIRST), secondHost })
      },
      ...(second ? { storageOrigins: ['http://localhost', `http://${SECOND}`] } : {}),
    }),
    transport: { send, seesBytes: () => seesBytes, showsBytes: true, stallMs: 20_000 },
  }
  const { budget } = engine
  const acquire = budget.acquire.bind(budget)
  let waiting = 0
  budget.acquire = (...turn) => {
    waiting += 1
    most = Math.max(most, waiting + underWay.size)
    return acquire(...turn).finally(() => {
      waiting -= 1
    })
  }
  const control = {
    ...{ signal, gone: signal, waits: new Waits(engine.effects, signal, () => undefined) },
    ...{ enter: () => undefined, opened: () => undefined, startAt: () => undefined },
    ...{ sent: () => undefined, retrying: () => undefined },
  }
  const file = Object.defineProperty(new Blob(), 'size', { value: size })
  const grant = {
    ...{ strategy: 'multipart' as const, waybill: 'w', uploadId: 'u', key: 'k', partSize },
    ...{ parts: signedWindow(FIRST), expiration: EXPIRATION },
  }
  const received = { grant, renewAt: Number.POSITIVE_INFINITY }
  const strategy = MultipartStrategy.begin(engine, file, received, undefined)
  const requester = engine.budget.requester(size)
  const slots = { complete: { call: async () => ({ key: 'k' }) } }
  // It is for no more than that.
  const context = { control, requester, slots, callOptions: { signal } } as unknown as RunContext
  const moments: Moment[] = []
  const over = new AbortController()
  const watch = async () => {
    for (;;) {
      const bytes = [...underWay.values()].reduce((sum, sent) => sum + sent, 0)
      moments.push({ atMs: time.monotonicMs(), parts: underWay.size, bytes })
      await time.wait(STEP_MS, over.signal)
    }
  }
  watch().catch(() => undefined)
  await time.until(strategy.run(context)).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  over.abort()
  const lost = moments.reduce((sum, { bytes }) => sum + bytes, 0) / moments.length
  const ratio = (size + lost) / size
  return {
    ...{ moments, tookMs: time.monotonicMs(), ratio, toSecond: hosts.get(SECOND) ?? 0 },
    ...{ windowsAsked, most, second: engine.second },
  }
}

interface Sending {
  readonly size: number
  readonly partSize?: number
  /** To one host name. @default 6, as in a page */
  readonly connections?: number
  readonly seesBytes?: boolean
  /** Whether a request is refused, by its number from 1. */
  readonly fails?: (request: number) => boolean
  /** Whether the page allows the second host name, and what becomes of requests to it. */
  readonly second?: 'works' | 'broken'
  /** Whether a request to the second host name fails, by its number from 1. */
  readonly failsSecond?: (request: number) => boolean
  /** Whether the upload is given up while its first request to the second host name is sent. */
  readonly endsAtSecond?: boolean
}

/** Part URLs of any part. */
function signedWindow(host: string) {
  return {
    ...{ from: 1, count: 1000, headers: {}, expiration: EXPIRATION },
    url: `http://${host}/a?partNumber={partNumber}&X-Amz-Signature={signature}`,
    signatures: 'A'.repeat((1000 * 128) / 3 + 48),
  }
}
