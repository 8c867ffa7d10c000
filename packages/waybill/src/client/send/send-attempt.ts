/**
 * One attempt to send bytes over one of the shared connections: waits for its turn, sends, gives up
 * when no byte moves any more, and reports the outcome to the budget.
 *
 * A slow request is not stalled: only the time without a moving byte counts.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { expectReadable } from '../file/file-source.ts'
import type {
  ConnectionBudget,
  ConnectionOutcome,
  GiveBack,
  Requester,
} from './connection-budget.ts'
import { loadFailureChunk } from './load-failure-chunk.ts'
import { isPassing } from './read-answer.ts'
import type { StorageRequest, StorageResponse, Transport } from './storage-request.ts'
import type { Flight, Waits } from './waiting-reason.ts'

/** A stall is noticed after one to two of these periods. */
export const STALL_MS = 20_000
/** An upload shows that it has stalled after this time without a moving byte. */
const SILENT_MS = 5_000
/** Bytes that are sent in the first second may only fill buffers. */
const BUFFERED_MS = 1_000
/** After a pause, a request may finish if this share of it has been sent, … */
const NEARLY_SENT = 3 / 4
/** … or if it would finish within this time at the measured rate, … */
const NEARLY_OVER_MS = 1_000
/** … but is aborted after this time. */
const LAST_MS = 10_000
/** The slowest rate that counts as moving if the platform does not report sent bytes. */
const MIN_BYTES_PER_SECOND = 4096

/** Networks that require a login answer every request with an HTML page. */
const PAGE = /^\s*<(?:!doctype|html)/i
const NOT_STORAGE = 'a page in HTML answered in place of the storage'

/** The signal's reason when an upload is paused. */
export const PAUSED = new UploadError('ABORTED', 'the upload is paused')

/** What all requests to the storage share. */
export interface Sender {
  readonly budget: ConnectionBudget
  readonly transport: Transport
  readonly effects: Effects
}

/** The state of one request through all its attempts. */
export interface Attempts {
  readonly requester: Requester
  /** Also fires for a pause. A request that is nearly sent may then still finish. */
  readonly signal: AbortSignal
  /** Fires when the upload is aborted, which aborts the request immediately. */
  readonly gone: AbortSignal
  readonly waits: Waits
  /** The file, which is read while it is sent. */
  readonly file: Blob
  /** How often the request has stalled. Each stall gives the next attempt more time. */
  stalls: number
}

/** A request whose bytes are counted as they leave. */
export interface CountedRequest extends Omit<StorageRequest, 'signal' | 'onSent'> {
  /**
   * Called with how many of the file's bytes have been sent, and how many of them are certainly not
   * just in a buffer: all of them once S3 has them, and until then those sent after the first
   * second.
   */
  readonly onSent: (sent: number, confirmed: number) => void
}

/**
 * Makes one attempt.
 *
 * @param prepare - Called once there is a connection, so that no signature expires in the queue.
 * @throws {UploadError} S3's error; `NETWORK_FAILED` when there was no answer; `STALLED` when no
 *   byte moved.
 */
export async function sendAttempt(
  sender: Sender,
  attempts: Attempts,
  prepare: () => Promise<CountedRequest>,
): Promise<StorageResponse> {
  const flight = attempts.waits.begin()
  let outcome: ConnectionOutcome = 'unused'
  let giveBack: GiveBack | undefined
  try {
    giveBack = await sender.budget.acquire(attempts.requester, attempts.signal)
    flight.setReady(false)
    const request = await prepare()
    flight.setReady(true)
    const answer = await sendWatched(sender, { ...attempts, flight }, request)
    if (answer.status < 200 || answer.status > 299) {
      const { parseStorageError } = await loadFailureChunk(sender.effects, attempts.signal)
      throw parseStorageError(answer, isPassing(answer.status))
    }
    if (PAGE.test(answer.text)) throw new UploadError('NETWORK_FAILED', NOT_STORAGE)
    flight.moved()
    request.onSent(request.size, request.size)
    outcome = 'succeeded'
    return answer
  } catch (error) {
    if (!(error instanceof UploadError) || attempts.signal.aborted) throw error
    if (error.code === 'STALLED') attempts.stalls += 1
    // A file that has changed meanwhile looks like a broken connection.
    if (error.code === 'NETWORK_FAILED') {
      await expectReadable(attempts.file, sender.effects, attempts.signal)
    }
    outcome = outcomeOf(error)
    throw error
  } finally {
    flight.over()
    giveBack?.(outcome)
  }
}

/** An error from S3 says nothing about the connection. */
function outcomeOf({ code }: UploadError): ConnectionOutcome {
  if (code === 'STORAGE_UNAVAILABLE') return 'slow-down'
  return code === 'NETWORK_FAILED' || code === 'STALLED' ? 'failed' : 'unused'
}

async function sendWatched(
  { budget, transport, effects }: Sender,
  { signal, gone, stalls, flight }: Attempts & { readonly flight: Flight },
  request: CountedRequest,
): Promise<StorageResponse> {
  const stop = new AbortController()
  const over = new AbortController()
  const startedAt = effects.monotonicMs()
  const bytes: MovedBytes = { moves: 0, movedAt: startedAt, sent: 0 }
  const { size } = request
  const unseenMs = transport.seesBytes(request) ? 0 : (size / MIN_BYTES_PER_SECOND) * 1000
  const patienceMs = transport.stallMs * 2 ** stalls
  const watch = { ...effects, unseenMs, signal: over.signal }
  waitForStall(bytes, size, { ...watch, patienceMs }).then(
    () => stop.abort(new UploadError('STALLED', `no byte moved for ${patienceMs} ms`)),
    () => {}, // the request is over
  )
  tellSilence(bytes, size, flight, watch).catch(() => {}) // the request is over
  const onSent = (sent: number) => {
    const at = effects.monotonicMs()
    bytes.moves += 1
    bytes.movedAt = at
    budget.moved(Math.max(0, sent - bytes.sent))
    bytes.sent = sent
    if (at - startedAt >= BUFFERED_MS) bytes.buffered ??= { sent, at }
    const confirmed = sent - (bytes.buffered?.sent ?? sent)
    if (confirmed > 0) flight.moved()
    request.onSent(sent, confirmed)
  }
  const onAbort = () => {
    const end = () => stop.abort(signal.reason)
    const now = effects.monotonicMs()
    if (signal.reason !== PAUSED || !isNearlySent(bytes, size, now)) return end()
    gone.addEventListener('abort', end, { signal: over.signal })
    effects.wait(LAST_MS, over.signal).then(end, () => {}) // the request is over
  }
  try {
    signal.throwIfAborted()
    signal.addEventListener('abort', onAbort, { signal: over.signal })
    return await transport.send({ ...request, onSent, signal: stop.signal })
  } finally {
    // Any reason will do. The default one is an exception, and creating its stack takes time.
    over.abort('over')
  }
}

/** Whether so much has been sent that the request should finish. */
function isNearlySent({ sent, buffered }: MovedBytes, size: number, now: number): boolean {
  if (sent >= size * NEARLY_SENT) return true
  return (
    !!buffered && (size - sent) * (now - buffered.at) <= (sent - buffered.sent) * NEARLY_OVER_MS
  )
}

interface MovedBytes {
  moves: number
  movedAt: number
  /** Bytes that have left this process; they may still be in the system's buffers. */
  sent: number
  /** How many had left after the first second, and when that was. */
  buffered?: { readonly sent: number; readonly at: number }
}

interface Watch extends Pick<Effects, 'wait' | 'monotonicMs' | 'now'> {
  readonly unseenMs: number
  readonly signal: AbortSignal
}

/** Reports each silence of a request until the signal fires. */
async function tellSilence(
  bytes: MovedBytes,
  size: number,
  flight: Flight,
  { wait, monotonicMs, now, unseenMs, signal }: Watch,
): Promise<never> {
  for (;;) {
    const silentMs = monotonicMs() - bytes.movedAt
    const leftMs = SILENT_MS + unseenMs + drainMs(bytes, size) - silentMs
    if (leftMs <= 0) flight.stalled(new Date(now().getTime() - silentMs))
    await wait(leftMs > 0 ? Math.ceil(leftMs) : SILENT_MS, signal)
  }
}

/** How long the system's buffers take to empty at the measured rate, once all bytes are sent. */
function drainMs({ sent, buffered, movedAt }: MovedBytes, size: number): number {
  if (sent < size || !buffered || sent <= buffered.sent) return 0
  return (buffered.sent * (movedAt - buffered.at)) / (sent - buffered.sent)
}

/** Resolves when nothing has moved for `patienceMs`; rejects when the signal fires. */
async function waitForStall(
  bytes: MovedBytes,
  size: number,
  { wait, monotonicMs, unseenMs, patienceMs, signal }: Watch & { readonly patienceMs: number },
): Promise<void> {
  const startedAt = monotonicMs()
  if (unseenMs > 0) await wait(unseenMs, signal)
  let seen: number
  do {
    seen = bytes.moves
    await wait(patienceMs, signal)
  } while (bytes.moves > seen)
  // Bytes in the system's buffers get as much time as all other bytes took.
  if (bytes.sent >= size) await wait(monotonicMs() - startedAt, signal)
}
