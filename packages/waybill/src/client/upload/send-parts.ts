/**
 * Sends an upload's missing parts and compares each part's checksum with the one that S3 returns.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 * @module
 */

import { partOf } from 'waybill-s3'
import { formatCrc64 } from 'waybill-s3/internal/crc64'
import { type CrcInPieces, startCrc64 } from 'waybill-s3/internal/running-crc64'
import { UploadError } from '../../protocol/upload-error.ts'
import { blameClock, treatSending } from '../error-table.ts'
import { crc64Of } from '../hash/crc64.ts'
import {
  BROWSER_CONNECTIONS,
  type ConnectionBudget,
  type Requester,
} from '../send/connection-budget.ts'
import { retry } from '../send/retry.ts'
import { sendableHeaders } from '../send/send.ts'
import { type Attempts, sendAttempt } from '../send/send-attempt.ts'
import type { StorageRequest } from '../send/storage-request.ts'
import type { Engine } from './engine.ts'
import { PartLimit } from './part-limit.ts'
import type { PartWindows, SignedPart } from './part-windows.ts'
import type { StoredParts } from './stored-parts.ts'
import type { UploadControl } from './upload-steps.ts'

/** Pages can read this header only if the bucket's CORS rule exposes it. */
const CHECKSUM_HEADER = 'x-amz-checksum-crc64nvme'

export interface PartsUpload {
  readonly file: Blob
  readonly requester: Requester
  readonly parts: StoredParts
  readonly windows: PartWindows
  readonly secondWindows: PartWindows
  /**
   * Resolves when the stored parts are known to belong to this file. A rejection fails the upload.
   */
  readonly checking: Promise<void>
  readonly onStored: () => void
}

interface PartHost {
  readonly budget: ConnectionBudget
  readonly windows: PartWindows
}

/**
 * @throws {UploadError} The first failure that retries did not resolve. It stops all other parts.
 */
export async function sendParts(
  engine: Engine,
  upload: PartsUpload,
  control: UploadControl,
): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([control.signal, failed.signal])
  const { budget, second, transport, effects } = engine
  const seesBytes = transport.seesBytes({ method: 'PUT', size: upload.parts.plan.partSize })
  const isOpen = () => second?.givenUp.signal.aborted === false
  const first = Math.min(budget.max, BROWSER_CONNECTIONS)
  const more = budget.max - first || (isOpen() ? budget.max : 0)
  const missing = upload.parts.partNumbers('missing')
  const running = new Map<number, RunningPart>()
  const { partSize } = upload.parts.plan
  const limit = new PartLimit(first, more, effects.monotonicMs, seesBytes, {
    partSize,
    recall: () => recallAll([...running.values()]),
  })
  // All uploads share the network, so count their bytes together.
  const carried = () => budget.carried + (second?.budget.carried ?? 0)
  let sentBefore = 0
  let lost = 0
  const bytes = new BytesInFlight(upload.parts, (sent, confirmed, stored) => {
    lost += Math.max(0, sentBefore - sent)
    sentBefore = sent
    control.sent(sent, confirmed, stored)
    limit.moved(carried() - lost)
  })
  upload.checking.catch((error: unknown) => failed.abort(error))
  try {
    for (;;) {
      while (running.size >= limit.limit || (missing.length === 0 && running.size > 0)) {
        await Promise.race([...[...running.values()].map(({ ended }) => ended), limit.raised])
      }
      const partNumber = missing.shift()
      if (partNumber === undefined) break
      const goesSecond = () => limit.limit > budget.max && budget.isFull && isOpen()
      const recall = new AbortController()
      const own = { ...control, signal: AbortSignal.any([signal, recall.signal]) }
      const ended = sendPart(engine, upload, partNumber, own, bytes, goesSecond).catch(
        (error: unknown) => {
          if (error !== RECALLED) throw error
          missing.unshift(partNumber)
        },
      )
      const startedAt = effects.monotonicMs()
      running.set(partNumber, { ended, recall, sent: () => bytes.sentOf(partNumber) })
      ended.then(
        () => {
          running.delete(partNumber)
          if (!recall.signal.aborted) limit.ended(effects.monotonicMs() - startedAt)
        },
        () => {}, // the part stays in `running`, so that the race throws its error
      )
    }
    await upload.checking
  } catch (error) {
    failed.abort(error)
    await Promise.allSettled([...running.values()].map(({ ended }) => ended))
    throw error
  }
}

interface RunningPart {
  readonly ended: Promise<void>
  readonly recall: AbortController
  readonly sent: () => number
}

const RECALLED = new UploadError('ABORTED', 'the part is sent later')

/** Stops all parts except the one with the most bytes sent. */
function recallAll(parts: readonly RunningPart[]): void {
  const [, ...others] = [...parts].sort((a, b) => b.sent() - a.sent())
  for (const { recall } of others) recall.abort(RECALLED)
}

async function sendPart(
  engine: Engine,
  upload: PartsUpload,
  partNumber: number,
  { signal, gone, retrying: onRetry, waits }: UploadControl,
  bytes: BytesInFlight,
  goesSecond: () => boolean,
): Promise<void> {
  const { parts, requester } = upload
  const { second, retryContext } = engine
  const { start, size } = partOf(parts.plan, partNumber)
  const slice = upload.file.slice(start, start + size)
  const crc = new PartCrc(slice, gone, engine.transport.showsBytes)
  let signed: SignedPart | undefined
  const reSign = () => signed?.forget()
  const own = { requester, signal, gone, waits, file: slice, stalls: 0 }
  const attempt = async (host: PartHost, attempts: Attempts) => {
    const prepare = async () => {
      signed = await host.windows.signed(partNumber, { signal: attempts.signal, onRetry, waits })
      return {
        ...(await crc.start()),
        method: 'PUT' as const,
        url: signed.url,
        headers: sendableHeaders(signed.headers),
        body: slice,
        size,
        onSent: (sent: number, confirmed: number) => bytes.moved(partNumber, { sent, confirmed }),
      }
    }
    try {
      const answer = await sendAttempt({ ...engine, budget: host.budget }, attempts, prepare)
      parts.store(partNumber, await crc.end(partNumber, answer.headers[CHECKSUM_HEADER]))
    } catch (error) {
      throw blameClock(error, signed?.renewAt ?? 0, engine.effects.now())
    } finally {
      bytes.landed(partNumber)
    }
  }
  const attemptSomewhere = async () => {
    if (second && goesSecond()) {
      const givenUp = AbortSignal.any([signal, second.givenUp.signal])
      try {
        await attempt(
          { budget: second.budget, windows: upload.secondWindows },
          { ...own, signal: givenUp },
        )
        second.isProven = true
        return
      } catch {
        signal.throwIfAborted()
        reSign()
        if (!second.isProven) second.givenUp.abort()
        second.isProven = false
      }
    }
    await attempt({ budget: engine.budget, windows: upload.windows }, own)
  }
  const options = { retryContext, side: 'storage' as const, treat: treatSending }
  await retry({ ...options, signal, reSign, onRetry, waits }, attemptSomewhere)
  upload.onStored()
}

interface SentBytes {
  readonly sent: number
  readonly confirmed: number
}

/** Adds the bytes of parts in flight to those of stored parts. */
class BytesInFlight {
  readonly #parts = new Map<number, SentBytes>()
  readonly #stored: StoredParts
  readonly #onSent: UploadControl['sent']

  constructor(stored: StoredParts, onSent: UploadControl['sent']) {
    this.#stored = stored
    this.#onSent = onSent
  }

  moved(partNumber: number, bytes: SentBytes): void {
    this.#parts.set(partNumber, bytes)
    this.#reportSent()
  }

  sentOf(partNumber: number): number {
    return this.#parts.get(partNumber)?.sent ?? 0
  }

  landed(partNumber: number): void {
    this.#parts.delete(partNumber)
    this.#reportSent()
  }

  #reportSent(): void {
    const stored = this.#stored.storedSize
    let sent = stored
    let confirmed = stored
    for (const part of this.#parts.values()) {
      sent += part.sent
      confirmed += part.confirmed
    }
    this.#onSent(sent, confirmed, stored)
  }
}

/**
 * Computes a part's CRC64NVME while the part is sent. In Node, it uses the bytes as they are sent.
 * Browsers do not expose those bytes, so there it reads the file a second time.
 */
class PartCrc {
  #sent: CrcInPieces | undefined
  #known: Promise<string> | undefined
  readonly #slice: Blob
  readonly #signal: AbortSignal
  readonly #showsBytes: boolean

  constructor(slice: Blob, signal: AbortSignal, showsBytes: boolean) {
    this.#slice = slice
    this.#signal = signal
    this.#showsBytes = showsBytes
  }

  /** Call this before each attempt. */
  async start(): Promise<Pick<StorageRequest, 'onBytes'>> {
    if (this.#showsBytes) {
      const sent = await startCrc64()
      this.#sent = sent
      return { onBytes: (bytes) => sent.update(bytes) }
    }
    this.#known ??= crc64Of(this.#slice, this.#signal)
    this.#known.catch(() => {}) // `end` throws the error
    return {}
  }

  /**
   * Call this after each successful attempt.
   *
   * @param theirs - The checksum that S3 returned.
   * @throws {UploadError} `CHECKSUM_MISMATCH` when it differs from the part's own checksum.
   */
  async end(partNumber: number, theirs: string | undefined): Promise<string> {
    const own = await this.#value()
    if (theirs === undefined || theirs === own) return own
    this.forget()
    throw new UploadError(
      'CHECKSUM_MISMATCH',
      `part ${partNumber} has CRC64NVME ${own}, the storage received ${theirs}`,
    )
  }

  async #value(): Promise<string> {
    try {
      if (this.#known) return await this.#known
    } catch (error) {
      this.forget()
      throw error
    }
    const sent = this.#sent
    if (!sent) throw new TypeError('the CRC of a part was asked for before the part was sent')
    return formatCrc64(sent.value)
  }

  /** Makes the next attempt read the file again, because the last read may have been faulty. */
  forget(): void {
    this.#known = undefined
  }
}
