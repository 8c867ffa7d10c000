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
import { asClockSkew, treatSending } from '../error-table.ts'
import { crc64Of } from '../hash/crc64.ts'
import type { Requester } from '../send/connection-budget.ts'
import { retry } from '../send/retry.ts'
import { type Attempts, sendAttempt } from '../send/send-attempt.ts'
import type { StorageRequest } from '../send/storage-request.ts'
import { sendableHeaders } from '../send/transport.ts'
import type { Engine, UploadControl } from './engine.ts'
import type { PartSignatures, SignedPart } from './part-signatures.ts'
import { type PartInFlight, PartsInFlight } from './parts-in-flight.ts'
import type { StoredParts } from './stored-parts.ts'

/** Pages can read this header only if the bucket's CORS rule exposes it. */
const CHECKSUM_HEADER = 'x-amz-checksum-crc64nvme'

export interface PartsUpload {
  readonly file: Blob
  readonly requester: Requester
  readonly parts: StoredParts
  readonly signatures: PartSignatures
  readonly secondSignatures: PartSignatures
  /**
   * Resolves when the stored parts are known to belong to this file. A rejection fails the upload.
   */
  readonly checking: Promise<void>
  readonly onStored: () => void
}

/**
 * @throws {UploadError} The first failure that retries did not resolve. It stops all other parts.
 */
export async function sendParts(
  engine: Engine,
  upload: PartsUpload,
  control: UploadControl,
): Promise<void> {
  const inFlight = new PartsInFlight(engine, upload, control)
  await inFlight.sendAll((part) => sendPart(engine, upload, part, control), upload.checking)
}

async function sendPart(
  engine: Engine,
  upload: PartsUpload,
  { partNumber, signal, attemptAtHost, moved, landed }: PartInFlight,
  { gone, retrying: onRetry, waits }: UploadControl,
): Promise<void> {
  const { parts, requester } = upload
  const { retryContext } = engine
  const { start, size } = partOf(parts.plan, partNumber)
  const slice = upload.file.slice(start, start + size)
  const crc = new PartCrc(slice, gone, engine.transport.showsBytes)
  let signed: SignedPart | undefined
  const reSign = () => signed?.forget()
  const attempts: Attempts = { requester, signal, gone, waits, file: slice, stalls: 0 }
  const attempt = () =>
    attemptAtHost(async ({ budget, signatures }, either) => {
      const prepare = async () => {
        signed = await signatures.signed(partNumber, { signal: either, onRetry, waits })
        return {
          ...(await crc.start()),
          method: 'PUT' as const,
          url: signed.url,
          headers: sendableHeaders(signed.headers),
          body: slice,
          size,
          onSent: moved,
        }
      }
      try {
        const own = either === signal ? attempts : { ...attempts, signal: either }
        const response = await sendAttempt({ ...engine, budget }, own, prepare)
        parts.store(partNumber, await crc.end(partNumber, response.headers[CHECKSUM_HEADER]))
      } catch (error) {
        throw asClockSkew(error, signed?.renewAt ?? 0, engine.effects.now())
      } finally {
        landed()
      }
    }, reSign)
  const options = { retryContext, side: 'storage' as const, treat: treatSending }
  await retry({ ...options, signal, reSign, onRetry, waits }, attempt)
  upload.onStored()
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
    if (!sent) throw new TypeError("a part's CRC was requested before the part was sent")
    return formatCrc64(sent.value)
  }

  /** Makes the next attempt read the file again, because the last read may have been faulty. */
  forget(): void {
    this.#known = undefined
  }
}
