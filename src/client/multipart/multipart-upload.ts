/**
 * One multipart upload: its reference, its parts, and its record. Begun by a grant, or by what an earlier session
 * left.
 *
 * @module
 */

import type { UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { partOf, planParts } from '../../s3/part-plan.ts'
import type { CallOptions } from '../calls/shared-calls.ts'
import type { Engine } from '../engine.ts'
import { crc64Of } from '../hash/crc64.ts'
import type { Requester } from '../transport/connection-budget.ts'
import type { UploadControl } from '../upload/upload.ts'
import { listParts, signParts } from './part-calls.ts'
import { PartWindows, type PartWindowsOptions } from './part-windows.ts'
import { sendParts } from './send-parts.ts'
import { StoredParts } from './stored-parts.ts'

export interface MultipartStart {
  readonly waybill: string
  readonly uploadId: string
  readonly partSize: number
  /** CRCs that an earlier session recorded. */
  readonly crcs?: readonly string[]
  readonly first?: PartWindowsOptions['first']
}

export class MultipartUpload {
  readonly reference: Required<UploadReference>
  readonly ledger: StoredParts
  readonly #engine: Engine
  readonly #file: Blob
  /** Parts of an earlier session, not yet compared with the file as it is now. */
  #unchecked: readonly number[]
  #windows: PartWindows | undefined
  readonly #first: PartWindowsOptions['first']

  /** @throws {UploadError} `RESPONSE_INVALID` when S3 allows no such parts. */
  constructor(engine: Engine, file: Blob, start: MultipartStart) {
    this.#engine = engine
    this.#file = file
    this.#first = start.first
    this.reference = { waybill: start.waybill, uploadId: start.uploadId }
    this.ledger = new StoredParts(planOf(file.size, start.partSize), start.crcs)
    this.#unchecked = this.ledger.partNumbers('stored')
  }

  /**
   * Sends what S3 lacks; meanwhile makes sure that what it has is of this very file.
   *
   * @throws {UploadError} `CHECKSUM_MISMATCH` when the file is not the one that an earlier session began with.
   */
  async send(control: UploadControl, requester: Requester, onStored: () => void): Promise<void> {
    const callOptions = { signal: control.signal, onRetry: control.retrying }
    this.#windows ??= new PartWindows({
      partCount: this.ledger.plan.partCount,
      ...(this.#first ? { first: this.#first } : {}),
      sign: (from, count, signal) =>
        signParts(
          this.#engine.calls,
          { ...this.reference, from, count },
          { ...callOptions, signal },
        ),
      now: this.#engine.effects.now,
    })
    const file = this.#file
    const upload = { file, requester, ledger: this.ledger, windows: this.#windows, onStored }
    const changed = new AbortController()
    const signal = AbortSignal.any([control.signal, changed.signal])
    const checking = this.#check(signal)
    checking.catch((error: unknown) => changed.abort(error))
    await sendParts(this.#engine, upload, { ...control, signal })
    await checking
  }

  /** @throws {UploadError} `UPLOAD_NOT_FOUND` when S3 knows it no more and parts are missing. */
  async reconcile(callOptions: CallOptions): Promise<void> {
    try {
      const { parts } = await listParts(this.#engine.calls, this.reference, callOptions)
      this.ledger.reconcile(parts)
    } catch (error) {
      // Completed already, perhaps, and only the answer was lost: `complete` will say.
      const isGone = error instanceof UploadError && error.code === 'UPLOAD_NOT_FOUND'
      if (!isGone || !this.ledger.isComplete) throw error
    }
  }

  /** Name, size, time and both ends of a file can be the same and its middle not. */
  async #check(signal: AbortSignal): Promise<void> {
    for (const partNumber of this.#unchecked) {
      const expected = this.ledger.crcOf(partNumber)
      if (expected === undefined) continue
      const { start, size } = partOf(this.ledger.plan, partNumber)
      const crc = await crc64Of(this.#file.slice(start, start + size), signal)
      if (crc !== expected) {
        throw new UploadError(
          'CHECKSUM_MISMATCH',
          `part ${partNumber} of the file has CRC64NVME ${crc}, the part that was sent earlier ${expected}`,
        )
      }
    }
    this.#unchecked = []
  }
}

function planOf(size: number, partSize: number): ReturnType<typeof planParts> {
  try {
    const plan = planParts(size, partSize)
    if (plan.partSize === partSize) return plan
  } catch (cause) {
    throw new UploadError('RESPONSE_INVALID', `partSize is ${partSize} for ${size} bytes`, {
      cause,
    })
  }
  throw new UploadError('RESPONSE_INVALID', `partSize is ${partSize} for ${size} bytes`)
}
