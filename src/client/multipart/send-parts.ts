/**
 * Strategy `multipart`: sends the parts that S3 lacks, as many at once as the connections allow, each compared with
 * what S3 says it has received.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { partOf } from '../../s3/part-plan.ts'
import type { Engine } from '../engine.ts'
import { treatSending } from '../retry/remedies.ts'
import { retrying } from '../retry/retry.ts'
import type { Requester } from '../transport/connection-budget.ts'
import { sendAttempt } from '../transport/send-attempt.ts'
import { sendableHeaders } from '../upload/send-single.ts'
import type { UploadControl } from '../upload/upload.ts'
import { PartCrc } from './part-crc.ts'
import type { PartWindows, SignedPart } from './part-windows.ts'
import type { StoredParts } from './stored-parts.ts'

/** What S3 computed over the part that it received; only where the bucket's CORS rule exposes it. */
const CHECKSUM_HEADER = 'x-amz-checksum-crc64nvme'

export interface PartsUpload {
  readonly file: Blob
  readonly requester: Requester
  readonly ledger: StoredParts
  readonly windows: PartWindows
  /** Called after each part that S3 has taken. */
  readonly onStored: () => void
}

/** @throws {UploadError} The first failure that stands; the other parts are then stopped. */
export async function sendParts(
  engine: Engine,
  upload: PartsUpload,
  control: UploadControl,
): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([control.signal, failed.signal])
  const bytes = new BytesInFlight(upload.ledger, control)
  const running = new Set<Promise<void>>()
  try {
    for (const partNumber of upload.ledger.partNumbers('missing')) {
      // Each waits for a connection of its own; more of them than there are would only wait for longer.
      if (running.size >= engine.budget.max) await Promise.race(running)
      const part = sendPart(engine, upload, partNumber, { ...control, signal }, bytes)
      running.add(part)
      part.then(
        () => running.delete(part),
        () => {}, // stays, for the race to throw
      )
    }
    await Promise.all(running)
  } catch (error) {
    failed.abort(error)
    await Promise.allSettled(running)
    throw error
  }
}

async function sendPart(
  engine: Engine,
  { file, requester, ledger, windows, onStored }: PartsUpload,
  partNumber: number,
  { signal, retrying: onRetry }: UploadControl,
  bytes: BytesInFlight,
): Promise<void> {
  const { start, size } = partOf(ledger.plan, partNumber)
  const slice = file.slice(start, start + size)
  let signed: SignedPart | undefined
  const crc = new PartCrc(slice, signal, engine.showsBytes)
  const prepare = async () => {
    signed = await windows.signed(partNumber, signal)
    return {
      ...crc.start(),
      method: 'PUT' as const,
      url: signed.url,
      headers: sendableHeaders(signed.headers),
      body: slice,
      size,
      onSent: (sent: number) => bytes.moved(partNumber, sent),
    }
  }
  const attempts = { requester, signal, file: slice, stalls: 0 }
  const attempt = async () => {
    try {
      const answer = await sendAttempt(engine, attempts, prepare)
      const own = await crc.end()
      const theirs = answer.headers[CHECKSUM_HEADER]
      if (theirs !== undefined && theirs !== own) {
        crc.forget()
        throw new UploadError(
          'CHECKSUM_MISMATCH',
          `part ${partNumber} has CRC64NVME ${own}, the storage received ${theirs}`,
        )
      }
      ledger.store(partNumber, own)
    } finally {
      bytes.landed(partNumber)
    }
  }
  const reSign = () => signed?.forget()
  await retrying({ effects: engine.effects, signal, treat: treatSending, reSign, onRetry }, attempt)
  onStored()
}

/** Bytes of parts that S3 has not confirmed yet, for progress between parts. */
class BytesInFlight {
  #sum = 0
  readonly #parts = new Map<number, number>()
  readonly #ledger: StoredParts
  readonly #control: UploadControl

  constructor(ledger: StoredParts, control: UploadControl) {
    this.#ledger = ledger
    this.#control = control
  }

  moved(partNumber: number, sent: number): void {
    this.#sum += sent - (this.#parts.get(partNumber) ?? 0)
    this.#parts.set(partNumber, sent)
    this.#tell()
  }

  /** The part is stored, or its request has failed. */
  landed(partNumber: number): void {
    this.#sum -= this.#parts.get(partNumber) ?? 0
    this.#parts.delete(partNumber)
    this.#tell()
  }

  #tell(): void {
    this.#control.sent(this.#ledger.storedSize + this.#sum)
  }
}
