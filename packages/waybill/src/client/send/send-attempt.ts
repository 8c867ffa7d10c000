/**
 * Makes one attempt to send bytes over a shared connection. A slow request does not count as
 * stalled: only the time without a transferred byte matters.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { connectionOutcome } from '../error-table.ts'
import { expectReadable } from '../file/file-source.ts'
import type {
  ConnectionBudget,
  ConnectionOutcome,
  GiveBack,
  Requester,
} from './connection-budget.ts'
import { loadFailureHandling } from './load-failure-handling.ts'
import { originOf } from './read-answer.ts'
import type { StorageRequest, StorageResponse, Transport } from './storage-request.ts'
import type { Flight, Waits } from './waiting.ts'

/** A stall is detected after one to two of these periods. */
export const STALL_MS = 20_000
/** After this long without a transferred byte in any upload, an upload is shown as stalled. */
const SILENT_MS = 5_000
/** A small file fits in the system's buffers, which are assumed to empty at this rate. */
const DRAINED_BYTES_PER_SECOND = 128 * 1024
/** Bytes sent in the first second may only have filled buffers. */
const BUFFERED_MS = 1_000
/** When an upload is paused, a request may still finish if this fraction of it has been sent. */
const NEARLY_SENT = 3 / 4
/** It may also finish if the rest would take less than this at the measured rate. */
const NEARLY_OVER_MS = 1_000
/** After a pause, even a nearly sent request is aborted after this time. */
const LAST_MS = 10_000
/** If the platform does not report sent bytes, a request slower than this counts as stalled. */
const MIN_BYTES_PER_SECOND = 4096

const PAGE = /^\s*<(?:!doctype|html)/i
/** S3 answers with nothing or, if a form asks for status 201, with this document. */
const ANSWER = /^\s*(?:$|(?:<\?xml[^>]*>\s*)?<PostResponse\b[\s\S]*<\/PostResponse>)/

export const PAUSED = new UploadError('ABORTED', 'the upload is paused')

export interface Sender {
  readonly budget: ConnectionBudget
  readonly transport: Transport
  readonly effects: Effects
}

export interface Attempts {
  readonly requester: Requester
  /**
   * Also aborted when the upload is paused. A request that is nearly sent may still finish then.
   */
  readonly signal: AbortSignal
  /** Aborted when the upload is aborted, which ends the request immediately. */
  readonly gone: AbortSignal
  readonly waits: Waits
  readonly file: Blob
  /** Number of stalls so far. Each stall gives the next attempt more time. */
  stalls: number
}

export interface CountedRequest extends Omit<StorageRequest, 'signal' | 'onSent'> {
  /**
   * `confirmed` excludes bytes that may still be in a buffer. Until S3 has stored the file, it
   * counts only bytes sent after the first second.
   */
  readonly onSent: (sent: number, confirmed: number) => void
}

/**
 * @param prepare - Called once a connection is available, so that no signature expires while
 *   waiting.
 * @throws {UploadError} S3's error, `NETWORK_FAILED` when there was no response, or `STALLED` when
 *   no byte was transferred.
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
    const response = await sendWatched(sender, { ...attempts, flight }, request)
    if (response.status < 200 || response.status > 299) {
      const { parseStorageError } = await loadFailureHandling(sender.effects, attempts.signal)
      throw parseStorageError(response)
    }
    if (!isStorages(request, response)) {
      throw new UploadError('NETWORK_FAILED', "the response is not the storage's")
    }
    flight.moved()
    request.onSent(request.size, request.size)
    outcome = 'succeeded'
    return response
  } catch (error) {
    if (!(error instanceof UploadError) || attempts.signal.aborted) throw error
    if (error.code === 'STALLED') attempts.stalls += 1
    // A file that has changed looks like a broken connection, so check whether it can still be
    // read.
    if (error.code === 'NETWORK_FAILED') {
      await expectReadable(attempts.file, sender.effects, attempts.signal)
    }
    outcome = connectionOutcome(error)
    throw error
  } finally {
    flight.over()
    giveBack?.(outcome)
  }
}

/**
 * Decides whether a successful response is the storage's. Captive portals and proxies answer every
 * request with a page of their own, or with nothing.
 */
function isStorages(
  { method, url }: CountedRequest,
  { headers: { etag }, text }: StorageResponse,
): boolean {
  if (etag !== undefined) return !PAGE.test(text)
  // From another origin, pages can read the ETag only if the bucket's CORS rule exposes it.
  const page = globalThis.location?.origin
  const isHidden = page !== undefined && originOf(url, page) !== page
  return ANSWER.test(text) && (method === 'POST' || isHidden)
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
  watchForSilence(bytes, size, { ...watch, budget, flight }).catch(() => {}) // the request is over
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
    // Pass a reason, because creating the default exception's stack trace takes time.
    over.abort('over')
  }
}

function isNearlySent({ sent, buffered }: MovedBytes, size: number, now: number): boolean {
  if (sent >= size * NEARLY_SENT) return true
  return (
    !!buffered && (size - sent) * (now - buffered.at) <= (sent - buffered.sent) * NEARLY_OVER_MS
  )
}

interface MovedBytes {
  moves: number
  movedAt: number
  /** Bytes that have left this process. They may still be in the system's buffers. */
  sent: number
  /** The value of `sent` after the first second, and when it was measured. */
  buffered?: { readonly sent: number; readonly at: number }
}

interface Watch extends Pick<Effects, 'wait' | 'monotonicMs' | 'now'> {
  readonly unseenMs: number
  readonly signal: AbortSignal
}

interface SilenceWatch extends Watch {
  readonly budget: ConnectionBudget
  readonly flight: Flight
}

/** While other requests make progress, this one may just be queued behind them. */
async function watchForSilence(
  bytes: MovedBytes,
  size: number,
  { wait, monotonicMs, now, unseenMs, signal, budget, flight }: SilenceWatch,
): Promise<never> {
  for (;;) {
    const busyUntil = Math.max(bytes.movedAt + unseenMs + drainMs(bytes, size), budget.movedAt)
    const leftMs = busyUntil + SILENT_MS - monotonicMs()
    if (leftMs <= 0) flight.stalled(new Date(now().getTime() - SILENT_MS + leftMs))
    await wait(leftMs > 0 ? Math.ceil(leftMs) : SILENT_MS, signal)
  }
}

/** How long the system's buffers take to empty once all bytes are sent. */
function drainMs({ sent, buffered, movedAt }: MovedBytes, size: number): number {
  if (sent < size) return 0
  if (!buffered || sent <= buffered.sent) return (sent / DRAINED_BYTES_PER_SECOND) * 1000
  return (buffered.sent * (movedAt - buffered.at)) / (sent - buffered.sent)
}

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
  // Give the bytes in the system's buffers as much time as all other bytes took.
  if (bytes.sent >= size) await wait(monotonicMs() - startedAt, signal)
}
