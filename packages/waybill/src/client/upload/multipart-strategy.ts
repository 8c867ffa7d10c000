/**
 * Strategy `multipart`: sends the parts that S3 lacks, then completes. Asks for S3's own list of
 * parts when memory and S3 may differ: after a reload, after a pause, and when a response shows
 * that the upload is in an unexpected state.
 *
 * @module
 */

import { partOf, planParts } from 'waybill-s3'
import type { CompleteResponse, UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { CallOptions, ReceivedGrant } from '../signer-calls/shared-calls.ts'
import type { Engine } from './engine.ts'
import { crc64Of } from '../hash/crc64.ts'
import type { ClaimedRecord } from '../resume/claim-record.ts'
import type { RecordWriter } from '../resume/record-writer.ts'
import { needsList } from '../send/remedies.ts'
import type { RunContext, StrategyRun } from './strategy-run.ts'
import { PartWindows, type SignedWindow } from './part-windows.ts'
import { sendParts } from './send-parts.ts'
import { listParts, StoredParts } from './stored-parts.ts'

/** How often S3's list is asked for before the upload fails. */
const MAX_LISTS = 3

interface MultipartStart {
  readonly waybill: string
  readonly uploadId: string
  readonly key: string
  readonly partSize: number
  /** CRCs that an earlier session recorded. */
  readonly crcs?: readonly string[]
  /** The window of part URLs that came with the grant. */
  readonly first?: SignedWindow
}

/** Sends a file in parts, from the start or from what an earlier session left. */
export class MultipartStrategy implements StrategyRun {
  readonly #engine: Engine
  readonly #file: Blob
  readonly #reference: Required<UploadReference>
  readonly #parts: StoredParts
  readonly #windows: PartWindows
  readonly #secondWindows: PartWindows
  readonly #record: RecordWriter | undefined
  /** Whether S3 has no part yet, because the upload has just begun. */
  #isNew: boolean
  /** Parts of an earlier session, not yet compared with the file as it is now. */
  #unchecked: readonly number[]

  /** Goes on with the upload of an earlier session, if there is one. */
  static resume(
    engine: Engine,
    file: Blob,
    claimed: ClaimedRecord | undefined,
  ): MultipartStrategy | undefined {
    return claimed?.found && new MultipartStrategy(engine, file, claimed.found, claimed)
  }

  /**
   * Begins by a grant.
   *
   * @throws {UploadError} `RESPONSE_INVALID` when S3 allows no such parts.
   */
  static begin(
    engine: Engine,
    file: Blob,
    { grant, renewAt }: ReceivedGrant,
    claimed: ClaimedRecord | undefined,
  ): MultipartStrategy {
    if (grant.strategy !== 'multipart') throw new TypeError(`strategy is ${grant.strategy}`)
    const first = { message: grant.parts, renewAt }
    return new MultipartStrategy(engine, file, { ...grant, first }, claimed)
  }

  private constructor(
    engine: Engine,
    file: Blob,
    start: MultipartStart,
    claimed: ClaimedRecord | undefined,
  ) {
    const { waybill, uploadId, key, partSize, crcs, first } = start
    this.#engine = engine
    this.#file = file
    this.#reference = { waybill, uploadId }
    this.#parts = new StoredParts(planOf(file.size, partSize), crcs)
    this.#unchecked = this.#parts.partNumbers('stored')
    this.#isNew = first !== undefined
    const { partCount } = this.#parts.plan
    this.#windows = new PartWindows(engine, this.#reference, partCount, first)
    this.#secondWindows = new PartWindows(
      engine,
      { ...this.#reference, secondHost: true },
      partCount,
      undefined,
    )
    this.#record = claimed?.keep(() => ({
      ...{ waybill, uploadId, key, partSize },
      crcs: this.#parts.crcs,
    }))
  }

  async run(context: RunContext): Promise<CompleteResponse> {
    const { control, callOptions } = context
    if (!this.#isNew) await this.#reconcile(callOptions)
    this.#isNew = false
    control.startAt(this.#parts.storedSize)
    for (let lists = 0; ; lists += 1) {
      let isSent = false
      try {
        control.enter('uploading')
        await this.#send(context)
        isSent = true
        control.enter('completing')
        const crc64nvme = this.#parts.wholeCrc()
        return await context.slots.complete.call({ ...this.#reference, crc64nvme }, callOptions)
      } catch (error) {
        const isOverwritten = isSent && isMismatch(error)
        if (lists >= MAX_LISTS || !(isOverwritten || needsList(error))) throw error
        await this.#reconcile(callOptions)
        if (isOverwritten && this.#parts.isComplete) throw error
      }
    }
  }

  async forget(): Promise<void> {
    await this.#record?.remove()
  }

  takeBack(): boolean {
    void this.#engine.calls.abort(this.#reference)
    return true
  }

  /**
   * Sends the parts that S3 lacks, and compares at the same time the stored parts with the file.
   *
   * @throws {UploadError} `CHECKSUM_MISMATCH` when an earlier session began with another file.
   */
  async #send({ control, requester }: RunContext): Promise<void> {
    const upload = {
      ...{ file: this.#file, requester, parts: this.#parts, windows: this.#windows },
      secondWindows: this.#secondWindows,
      checking: this.#check(control.signal),
      onStored: () => this.#record?.touch(),
    }
    await sendParts(this.#engine, upload, control)
  }

  /**
   * @throws {UploadError} `UPLOAD_NOT_FOUND` when S3 no longer has the upload and parts are
   * missing.
   */
  async #reconcile(callOptions: CallOptions): Promise<void> {
    try {
      this.#parts.reconcile(await listParts(this.#engine.calls, this.#reference, callOptions))
    } catch (error) {
      // Perhaps it is already completed, and only the response was lost: `complete` tells.
      const isGone = error instanceof UploadError && error.code === 'UPLOAD_NOT_FOUND'
      if (!isGone || !this.#parts.isComplete) throw error
    }
  }

  /** Name, size, time and both ends of a file can be the same and its middle not. */
  async #check(signal: AbortSignal): Promise<void> {
    for (const partNumber of this.#unchecked) {
      const expected = this.#parts.crcOf(partNumber)
      if (expected === undefined) continue
      const { start, size } = partOf(this.#parts.plan, partNumber)
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

/**
 * A request that was given up may reach S3 after the request that replaced it, with damaged bytes:
 * S3 then has other bytes than its response said.
 */
function isMismatch(error: unknown): boolean {
  return error instanceof UploadError && error.code === 'CHECKSUM_MISMATCH'
}

function planOf(size: number, partSize: number): ReturnType<typeof planParts> {
  let cause: unknown
  try {
    const plan = planParts(size, partSize)
    if (plan.partSize === partSize) return plan
  } catch (thrown) {
    cause = thrown
  }
  throw new UploadError('RESPONSE_INVALID', `partSize is ${partSize} for ${size} bytes`, { cause })
}
