/**
 * One attempt to send bytes over one of the shared connections: waits for its turn, sends, gives up
 * when no byte moves any more, and tells the budget the outcome.
 *
 * A slow line is not stalled: the time without a moving byte counts, not the time of the request.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import type { Engine } from '../upload/engine.ts'
import { needFailures } from './load.ts'
import { expectReadable } from '../file/file-source.ts'
import { PAUSED } from '../upload/upload-state.ts'
import type { Flight, Waits } from './waits.ts'
import type { ConnectionOutcome, GiveBack, Requester } from './connection-budget.ts'
import { isPassing } from './read-answer.ts'
import type { SendAnswer, SendRequest } from './send-request.ts'

/** A stall is found after one to two such periods. */
export const STALL_MS = 20_000
/** An upload says that it has stalled when no byte has moved for this long. */
const SILENT_MS = 5_000
/** Bytes of the first moments may only fill buffers on the way. */
const BUFFERED_MS = 1_000
/** After a pause, a request may end if this share of it has left, … */
const NEARLY_SENT = 3 / 4
/** … or if it would end within this time at the measured rate, … */
const NEARLY_OVER_MS = 1_000
/** … but is aborted after this time. */
const LAST_MS = 10_000
/** The slowest rate that counts as moving, for requests whose bytes cannot be seen. */
const MIN_BYTES_PER_SECOND = 4096

/** Networks that want a login answer every request with a page. */
const PAGE = /^\s*<(?:!doctype|html)/i
const NOT_STORAGE = 'a page in HTML answered in place of the storage'

/** One request through all its attempts. */
export interface Attempts {
  readonly requester: Requester
  /** Fires for a pause too, after which a request that is nearly sent may end. */
  readonly signal: AbortSignal
  /** Fires when the upload was given up: every request is aborted at once. */
  readonly gone: AbortSignal
  readonly waits: Waits
  /** The file, which is read while it is sent. */
  readonly file: Blob
  /** How often it has stalled before: each time, the next attempt is given more time. */
  stalls: number
}

/** A request whose bytes are counted as they leave. */
export interface CountedRequest extends Omit<SendRequest, 'signal' | 'onSent'> {
  /**
   * Told how many bytes of the file have left, and how many of them are not only in a buffer: all
   * when S3 has taken them, and until then what has left after the first second.
   */
  readonly onSent: (sent: number, confirmed: number) => void
}

/**
 * Makes one attempt.
 *
 * @param prepare - Called when there is a connection, so that no signature expires in the queue.
 * @throws {UploadError} What S3 answered, or that it did not; `STALLED` when no byte moved.
 */
export async function sendAttempt(
  engine: Pick<Engine, 'budget' | 'transport' | 'effects'>,
  attempts: Attempts,
  prepare: () => Promise<CountedRequest>,
): Promise<SendAnswer> {
  const flight = attempts.waits.begin()
  let outcome: ConnectionOutcome = 'unused'
  let giveBack: GiveBack | undefined
  try {
    giveBack = await engine.budget.acquire(attempts.requester, attempts.signal)
    flight.setReady(false)
    const request = await prepare()
    flight.setReady(true)
    const answer = await sendWatched(engine, { ...attempts, flight }, request)
    if (answer.status < 200 || answer.status > 299) {
      const { readStorageAnswer } = await needFailures(engine.effects, attempts.signal)
      throw readStorageAnswer(answer, isPassing(answer.status))
    }
    if (PAGE.test(answer.text)) throw new UploadError('NETWORK_FAILED', NOT_STORAGE)
    flight.moved()
    request.onSent(request.size, request.size)
    outcome = 'succeeded'
    return answer
  } catch (error) {
    if (!(error instanceof UploadError) || attempts.signal.aborted) throw error
    if (error.code === 'STALLED') attempts.stalls += 1
    // A file that changed meanwhile looks like a broken connection.
    if (error.code === 'NETWORK_FAILED') {
      await expectReadable(attempts.file, engine.effects, attempts.signal)
    }
    outcome = outcomeOf(error)
    throw error
  } finally {
    flight.over()
    giveBack?.(outcome)
  }
}

/** A refusal says nothing about the line. */
function outcomeOf({ code }: UploadError): ConnectionOutcome {
  if (code === 'STORAGE_UNAVAILABLE') return 'slow-down'
  return code === 'NETWORK_FAILED' || code === 'STALLED' ? 'failed' : 'unused'
}

async function sendWatched(
  { budget, transport, effects }: Pick<Engine, 'budget' | 'transport' | 'effects'>,
  { signal, gone, stalls, flight }: Attempts & { readonly flight: Flight },
  request: CountedRequest,
): Promise<SendAnswer> {
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
  tellSilence(bytes, size, flight, watch).catch(() => {}) // as above
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
    // The reason does not matter; the default one is an exception with a stack, which costs time.
    over.abort('over')
  }
}

/** @returns Whether so much is sent that the request should end. */
function isNearlySent({ sent, buffered }: MovedBytes, size: number, now: number): boolean {
  if (sent >= size * NEARLY_SENT) return true
  return (
    !!buffered && (size - sent) * (now - buffered.at) <= (sent - buffered.sent) * NEARLY_OVER_MS
  )
}

interface MovedBytes {
  moves: number
  movedAt: number
  /** Bytes that have left this program; they may still be in the system's buffers. */
  sent: number
  /** How many had left after the first moments, and when that was. */
  buffered?: { readonly sent: number; readonly at: number }
}

interface Watch extends Pick<Effects, 'wait' | 'monotonicMs' | 'now'> {
  readonly unseenMs: number
  readonly signal: AbortSignal
}

/** Tells each silence of a request. Ends only by the signal, whose reason it throws. */
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

/** How long the system's buffers take to empty at the measured rate, once all bytes have left. */
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
  // Bytes in the system's buffers get as long as all others took.
  if (bytes.sent >= size) await wait(monotonicMs() - startedAt, signal)
}
