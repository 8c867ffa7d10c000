/**
 * The `multipart` strategy sends the missing parts, then completes the upload. It requests S3's
 * list of parts after a reload, after a pause, and whenever a response shows that the client's own
 * list may be wrong.
 *
 * @module
 */

import { partOf, planParts } from 'waybill-s3'
import type { CompleteResponse, UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { needsList } from '../error-table.ts'
import { crc64Of } from '../hash/crc64.ts'
import type { ClaimedRecord, RecordWriter } from '../resume/claim-record.ts'
import type { CallOptions, ReceivedGrant } from '../signer-calls/shared-calls.ts'
import type { Engine, RunContext, StrategyRun } from './engine.ts'
import { PartSignatures, type SignedWindow } from './part-signatures.ts'
import { sendParts } from './send-parts.ts'
import { listParts, StoredParts } from './stored-parts.ts'

const MAX_LISTS = 3

interface MultipartStart {
  readonly waybill: string
  readonly uploadId: string
  readonly key: string
  readonly partSize: number
  readonly crcs?: readonly string[]
  readonly first?: SignedWindow
}

export class MultipartStrategy implements StrategyRun {
  readonly #engine: Engine
  readonly #file: Blob
  readonly #reference: Required<UploadReference>
  readonly #parts: StoredParts
  readonly #signatures: PartSignatures
  readonly #secondSignatures: PartSignatures
  readonly #record: RecordWriter | undefined
  /** Whether the upload has just begun and S3 has no parts yet. */
  #isNew: boolean
  /** Parts from an earlier session that have not been compared with the file yet. */
  #unchecked: readonly number[]

  static resume(
    engine: Engine,
    file: Blob,
    claimed: ClaimedRecord | undefined,
  ): MultipartStrategy | undefined {
    return claimed?.found && new MultipartStrategy(engine, file, claimed.found, claimed)
  }

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
    this.#signatures = new PartSignatures(engine, this.#reference, partCount, first)
    this.#secondSignatures = new PartSignatures(
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
   * Sends the missing parts while comparing the stored parts with the file.
   *
   * @throws {UploadError} `CHECKSUM_MISMATCH` when the stored parts belong to a different file.
   */
  async #send({ control, requester }: RunContext): Promise<void> {
    const upload = {
      ...{ file: this.#file, requester, parts: this.#parts, signatures: this.#signatures },
      secondSignatures: this.#secondSignatures,
      checking: this.#check(control.signal),
      onStored: () => this.#record?.touch(),
    }
    await sendParts(this.#engine, upload, control)
  }

  /**
   * Forgets parts that S3's list does not confirm.
   *
   * @throws {UploadError} `UPLOAD_NOT_FOUND` when S3 no longer has the upload and parts are
   *   missing.
   */
  async #reconcile(callOptions: CallOptions): Promise<void> {
    try {
      this.#parts.reconcile(await listParts(this.#engine.calls, this.#reference, callOptions))
    } catch (error) {
      // If only the response was lost, the upload may already be complete. `complete` will find
      // out.
      const isGone = error instanceof UploadError && error.code === 'UPLOAD_NOT_FOUND'
      if (!isGone || !this.#parts.isComplete) throw error
    }
  }

  /** Two files with the same fingerprint can still differ in the middle. */
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
 * At completion, a mismatch means that an abandoned request with damaged bytes reached S3 after the
 * request that replaced it.
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
