/**
 * Passes an object to the application's scanner. The object counts as clean only if the scanner
 * says so in time and every read of the object has succeeded.
 *
 * @module
 */

import { isRecord, show } from '../protocol/json-value.ts'
import {
  type ByteRange,
  type ObjectVersion,
  readRange,
  type StoredObject,
} from '../storage/objects.ts'
import type { S3CallContext } from '../storage/s3-call-context.ts'
import { timeLeftMs } from '../storage/time-limit.ts'
import type { ObjectToScan, Scanner, ScanState } from './malware-scan.ts'
import { unquoted } from './replaced-object.ts'

/**
 * Time reserved for the steps after a scan: tagging, a second HEAD request and publishing the
 * verdict.
 */
const AFTERWARDS_MS = 3_000
const MAX_WORDS_LENGTH = 200

interface Reading {
  failure?: unknown
}

/**
 * @throws {S3Error} If the object could not be read, whatever the scanner returned. Status 404 or
 *   412 means that the object was replaced.
 * @throws {Error} If the scanner threw, timed out or returned an invalid value.
 */
export async function askScanner(
  { scan, timeoutMs }: Scanner,
  s3: S3CallContext,
  target: ObjectVersion,
  head: StoredObject,
): Promise<ScanState> {
  const limitMs = Math.floor(Math.min(timeoutMs, timeLeftMs(s3) - AFTERWARDS_MS))
  if (limitMs <= 0) throw new Error('the scan failed: there is no time left for it')
  const ending = new AbortController()
  const reading: Reading = {}
  const object = toScan(s3, target, head, ending.signal, reading)
  try {
    const answer = await inTime(s3, limitMs, async () => scan(object))
    if (reading.failure === undefined) return stateOf(answer)
  } catch (cause) {
    if (reading.failure === undefined) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`the scan failed: ${reason}`, { cause })
    }
  } finally {
    ending.abort(new Error('the scan has ended'))
  }
  throw reading.failure
}

function toScan(
  s3: S3CallContext,
  target: ObjectVersion,
  head: StoredObject,
  signal: AbortSignal,
  reading: Reading,
): ObjectToScan {
  const { size, type, etag } = head
  const context = {
    ...s3,
    // Prevents retries once the scan has ended.
    remainingTimeMs: () => (signal.aborted ? 0 : timeLeftMs(s3)),
  }
  const read = async (range: ByteRange): Promise<Uint8Array> => {
    signal.throwIfAborted()
    try {
      const bytes = await readRange(context, target, range, head)
      if (bytes.length === range.length) return bytes
      throw new Error(`storage returned ${bytes.length} of ${range.length} bytes`)
    } catch (error) {
      reading.failure ??= error
      throw error
    }
  }
  return {
    bucket: s3.location.bucket,
    ...target,
    etag: unquoted(etag),
    size,
    type,
    open: () => objectStream(size, read),
    signal,
  }
}

function inTime(
  { later }: Pick<S3CallContext, 'later'>,
  limitMs: number,
  ask: () => Promise<unknown>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`it did not return within ${limitMs} ms`))
    const answered = later(limitMs, late)
    ask().finally(answered).then(resolve, reject)
  })
}

function stateOf(answer: unknown): ScanState {
  if (answer === 'clean') return { state: 'clean' }
  const { infected, notScanned } = isRecord(answer) ? answer : {}
  if (isWord(infected)) return { state: 'malware', found: shortened(infected) }
  if (infected === undefined && isWord(notScanned)) {
    return { state: 'not-scanned', reason: shortened(notScanned) }
  }
  throw new TypeError(
    `it returned ${show(answer)}, expected 'clean', { infected: '…' } or { notScanned: '…' }`,
  )
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function shortened(text: string): string {
  return text.slice(0, MAX_WORDS_LENGTH)
}

const RANGE_LENGTH = 4 * 1024 ** 2

function objectStream(
  size: number,
  read: (range: ByteRange) => Promise<Uint8Array>,
): ReadableStream<Uint8Array> {
  let from = 0
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(controller) {
      const length = Math.min(RANGE_LENGTH, size - from)
      if (length > 0) controller.enqueue(await read({ from, length }))
      from += length
      if (from === size) controller.close()
    },
  }
  // Reads a range only when the consumer asks for it.
  return new ReadableStream(source, { highWaterMark: 0 })
}
