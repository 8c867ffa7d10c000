/**
 * The parts of one upload, sent to a store that answers as a test says. No time passes.
 *
 * @module
 */

import type { UploadError } from 'waybill'
import type { Effects } from 'waybill/client'
import { planParts } from 'waybill-s3'
import { crc64Of } from '../../../../src/client/hash/crc64.ts'
import { ConnectionBudget } from '../../../../src/client/send/connection-budget.ts'
import { SecondHost } from '../../../../src/client/send/second-host.ts'
import type {
  StorageRequest,
  StorageResponse,
} from '../../../../src/client/send/storage-request.ts'
import { Waits } from '../../../../src/client/send/waiting.ts'
import type { Engine, UploadControl } from '../../../../src/client/upload/engine.ts'
import { PartSignatures } from '../../../../src/client/upload/part-signatures.ts'
import { sendParts } from '../../../../src/client/upload/send-parts.ts'
import { StoredParts } from '../../../../src/client/upload/stored-parts.ts'

export const PART_SIZE = 5 * 1024 ** 2
export const SIZE = 2 * PART_SIZE + 9
export const FILE = new Blob([new Uint8Array(SIZE).fill(7)])
const REFERENCE = { waybill: 'w', uploadId: 'u' }

/** Bounds are never reached; pauses between attempts are over at once. */
const effects: Effects = {
  now: () => new Date(0),
  monotonicMs: () => 0,
  wait: (ms, signal) =>
    ms < 5_000
      ? Promise.resolve()
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  random: () => 0.5,
  online: { isOnline: () => true, whenOnline: () => new Promise<void>(() => undefined) },
}

/** What a store of the test does with a part. */
export type Store = (
  partNumber: number,
  request: StorageRequest,
  attempt: number,
) => Promise<StorageResponse>

/** Takes the bytes and says what it has received. */
export const honest: Store = async (_, { body, onBytes }) => {
  onBytes?.(new Uint8Array(await body.arrayBuffer()))
  const { signal } = new AbortController()
  return answered({ 'x-amz-checksum-crc64nvme': await crc64Of(body, signal) })
}

export function answered(headers: Readonly<Record<string, string>>): StorageResponse {
  return { status: 200, headers: { etag: '"e"', ...headers }, text: '' }
}

interface Given {
  readonly file?: Blob
  readonly showsBytes?: boolean
  readonly connections?: number
  /** Whether what S3 has is of this file. */
  readonly checking?: Promise<void>
  /** Another upload has a connection until then. */
  readonly busyUntil?: Promise<void>
}

/** Three parts, the last of nine bytes, sent to a store. */
export function sendTo(store: Store, given: Given = {}) {
  const { file = FILE, showsBytes = true, connections = 6, checking = Promise.resolve() } = given
  const { busyUntil } = given
  const sent: number[] = []
  const signal = new AbortController().signal
  const send = (request: StorageRequest) => {
    const partNumber = Number(new URL(request.url).searchParams.get('partNumber'))
    sent.push(partNumber)
    const attempt = sent.filter((other) => other === partNumber).length
    return store(partNumber, request, attempt)
  }
  const budget = new ConnectionBudget(connections, effects.monotonicMs)
  const another = busyUntil && budget.acquire(budget.requester(1), signal)
  void busyUntil?.then(async () => (await another)?.('succeeded'))
  const second = new SecondHost(connections, effects.monotonicMs)
  const seen: object[] = []
  const seesBytes = (request: object) => seen.push(request) > 0
  const transport = { send, seesBytes, showsBytes, stallMs: 20_000 }
  const retryContext = { effects, retryForMs: 60_000 }
  const asked: object[] = []
  const ask = async (_: string, request: object) => {
    asked.push(request)
    return { ...message, url: message.url.replace('/k', '/signed-again') }
  }
  // No records are needed.
  const engine = {
    effects,
    retryContext,
    budget,
    second,
    transport,
    calls: { ask },
  } as unknown as Engine
  const plan = planParts(SIZE, PART_SIZE)
  const parts = new StoredParts(plan)
  const message = {
    ...{ from: 1, count: 3, headers: {}, expiration: '2100-01-01T00:00:00Z' },
    url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: Buffer.alloc(3 * 32).toString('base64url'),
  }
  const signatures = new PartSignatures(engine, REFERENCE, 3, { message, renewAt: 1 })
  const secondSignatures = new PartSignatures(
    engine,
    { ...REFERENCE, secondHost: true },
    3,
    undefined,
  )
  const progress: number[] = []
  const confirmed: number[] = []
  const retries: string[] = []
  const stored: number[] = []
  const control = {
    ...{ signal, gone: signal, waits: new Waits(effects, signal, () => undefined) },
    sent: (...bytes: [number, number]) => {
      progress.push(bytes[0])
      confirmed.push(bytes[1])
    },
    retrying: ({ error }: { error: UploadError }) => retries.push(error.code),
  } as unknown as UploadControl
  const upload = {
    ...{ file, requester: budget.requester(SIZE), parts, signatures, secondSignatures },
    checking,
    onStored: () => stored.push(parts.storedSize),
  }
  const ended = sendParts(engine, upload, control)
  return { ended, sent, parts, progress, confirmed, retries, stored, asked, seen }
}

/** A file whose parts can be sent, but not read as streams. */
export function unreadableBeside(): Blob {
  const pull = () => Promise.reject(new DOMException('moved', 'NotFoundError'))
  const stream = () => new ReadableStream({ pull })
  const slice = (start: number, end: number) => Object.assign(FILE.slice(start, end), { stream })
  return Object.assign(FILE.slice(), { slice })
}
