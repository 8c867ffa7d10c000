/**
 * Carries out an upload, from opening the file to completing the object. A pause ends the current
 * run, and the next run continues from there.
 *
 * @module
 */

import type { CompleteResponse, FileDescription } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { isOutdated, isRuined } from '../error-table.ts'
import { expectReadable, openSource, type UploadSource } from '../file/file-source.ts'
import { MAX_NATIVE_SIZE, sha256Of } from '../hash/sha256.ts'
import { loadChunk } from '../load-chunk.ts'
import type { ClaimedRecord } from '../resume/claim-record.ts'
import type { Requester } from '../send/connection-budget.ts'
import type { ReceivedGrant } from '../signer-calls/shared-calls.ts'
import type { Engine, RunContext, StrategyRun, UploadControl, UploadSteps } from './engine.ts'
import { SingleStrategy } from './single-request.ts'

/** S3's minimum part size. Smaller files are not multipart uploads and cannot resume. */
const MIN_RESUMABLE_SIZE = 5 * 1024 ** 2

export function loadLargeFiles(effects: Effects, signal?: AbortSignal) {
  return loadChunk(() => import('./large-files.ts'), effects, signal)
}

export interface FileToSend {
  readonly source: UploadSource
  readonly describe: (file: Blob) => FileDescription
  /** Loads what `describe` needs. Returns `undefined` if there is nothing to load. */
  readonly prepare: (file: Blob, signal: AbortSignal) => Promise<void> | undefined
  readonly rule?: string
}

export class UploadRun<Result> implements UploadSteps<Result> {
  readonly #engine: Engine
  readonly #toSend: FileToSend
  #file: Blob | undefined
  #requester: Requester | undefined
  #sha256: string | undefined
  #claimed: ClaimedRecord | undefined
  #strategy: StrategyRun | undefined
  #isAbandoned = false
  #hasStopped = false

  constructor(engine: Engine, toSend: FileToSend) {
    this.#engine = engine
    this.#toSend = toSend
  }

  async advance(control: UploadControl): Promise<CompleteResponse<Result>> {
    const { signal } = control
    // Somebody has resumed or retried it, and does not want to wait for the end of a pause.
    if (this.#hasStopped) this.#engine.retryContext.queues?.tryAgain()
    const { file, requester } = await this.#open(control)
    const { admission, calls } = this.#engine
    const leave = await admission[file.size > MAX_NATIVE_SIZE ? 'large' : 'small'].enter(signal)
    const slots = calls.reserve(this.#toSend.rule)
    try {
      const completed = await this.#carryOut(this.#context({ file, requester, slots, control }))
      await this.#end({ isKept: false })
      // This cast trusts the rules type that the uploader was created with.
      return completed as CompleteResponse<Result>
    } catch (error) {
      this.#hasStopped = true
      await this.#stop(error, signal)
      throw error
    } finally {
      slots.create.leave()
      slots.complete.leave()
      leave()
    }
  }

  abandon(): void {
    this.#isAbandoned = true
    this.#strategy?.takeBack()
    this.#end({ isKept: false }).catch(() => {})
  }

  async #open(control: UploadControl): Promise<Pick<RunContext, 'file' | 'requester'>> {
    const { source, describe, prepare } = this.#toSend
    this.#file ??= await openSource(source)
    const preparing = prepare(this.#file, control.signal)
    if (preparing) await preparing
    this.#requester ??= this.#engine.budget.requester(this.#file.size)
    control.opened(describe(this.#file))
    return { file: this.#file, requester: this.#requester }
  }

  async #carryOut(context: RunContext): Promise<CompleteResponse> {
    const { control } = context
    this.#strategy ??= await this.#resume(context)
    // Check for an abort only now: anything we resumed must be cleaned up first.
    control.signal.throwIfAborted()
    const earlier = this.#strategy
    if (earlier) {
      try {
        return await earlier.run(context)
      } catch (error) {
        // After a pause or a reload, the parts in S3 may be gone, or the file may have changed.
        if (control.signal.aborted || !isOutdated(error)) throw error
        earlier.takeBack()
        await earlier.forget()
      }
    }
    this.#strategy = await this.#begin(context)
    return this.#strategy.run(context)
  }

  async #resume({ file, control }: RunContext): Promise<StrategyRun | undefined> {
    if (file.size < MIN_RESUMABLE_SIZE || !this.#engine.resumeStore) return undefined
    const { claimRecord, MultipartStrategy } = await loadLargeFiles(
      this.#engine.effects,
      control.signal,
    )
    const { source, rule, describe } = this.#toSend
    this.#claimed ??= await claimRecord(this.#engine, {
      file,
      source,
      description: describe(file),
      ...(rule === undefined ? {} : { rule }),
    })
    return MultipartStrategy.resume(this.#engine, file, this.#claimed)
  }

  async #begin(context: RunContext): Promise<StrategyRun> {
    const { file, control } = context
    if (file.size <= MAX_NATIVE_SIZE) await this.#hash(file, control)
    const received = await context.askGrant()
    if (received.grant.strategy !== 'multipart') return new SingleStrategy(this.#engine, received)
    try {
      const { MultipartStrategy } = await loadLargeFiles(this.#engine.effects, control.signal)
      return MultipartStrategy.begin(this.#engine, file, received, this.#claimed)
    } catch (error) {
      void this.#engine.calls.abort(received.grant)
      throw error
    }
  }

  async #askGrant(context: Omit<RunContext, 'askGrant'>): Promise<ReceivedGrant> {
    const { file, slots, control, callOptions } = context
    const sha256 = this.#sha256
    const { second } = this.#engine
    const description: FileDescription = {
      ...this.#toSend.describe(file),
      ...(sha256 ? { sha256 } : second?.isOpen && { secondHost: true }),
    }
    try {
      return await slots.create.call(description, callOptions)
    } catch (error) {
      // Large files are not hashed in advance, but this signer requires the hash.
      const isWanted = error instanceof UploadError && error.code === 'CHECKSUM_REQUIRED'
      if (!isWanted || sha256) throw error
      await this.#hash(file, control)
      return this.#askGrant(context)
    }
  }

  async #hash(file: Blob, { signal, enter }: UploadControl): Promise<void> {
    if (this.#sha256) return
    const { hashing } = this.#engine.admission
    this.#sha256 = await hashing.run(signal, () => {
      enter('hashing')
      return sha256Of(file, signal)
    })
    enter('queued')
  }

  #context(own: Omit<RunContext, 'callOptions' | 'askGrant'>): RunContext {
    const { signal, waits, retrying: onRetry } = own.control
    const context = { ...own, callOptions: { signal, onRetry, waits } }
    return { ...context, askGrant: () => this.#askGrant(context) }
  }

  /**
   * Cleans up after a run that did not complete. A pause keeps everything. A failure keeps the
   * upload if it can still be completed. Without a resume record, a permanent failure aborts the
   * upload, because no later session could find it.
   */
  async #stop(error: unknown, signal: AbortSignal): Promise<void> {
    if (this.#isAbandoned) this.abandon()
    const isProven = await this.#isProven(error, signal)
    if (signal.aborted) return
    if (!isProven) return this.#end({ isKept: true })
    const isLost = !this.#claimed && !(error instanceof UploadError && error.retryable)
    // The upload may now be aborted at any time, so `retry()` must not resume it.
    const isTakenBack = (isRuined(error) || isLost) && this.#strategy?.takeBack()
    await this.#end({ isKept: !isRuined(error) && !isTakenBack })
  }

  /** @returns `false` if reading the file failed but works again now. */
  async #isProven(error: unknown, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof UploadError) || error.code !== 'FILE_UNREADABLE') return true
    const file = this.#file ?? new Blob()
    return expectReadable(file, this.#engine.effects, signal).then(
      () => false,
      () => true,
    )
  }

  async #end({ isKept }: { readonly isKept: boolean }): Promise<void> {
    const strategy = this.#strategy
    const claimed = this.#claimed
    // Without a record, the list of stored parts exists only in this strategy.
    if (!isKept || claimed) this.#strategy = undefined
    this.#claimed = undefined
    if (!isKept) await strategy?.forget()
    claimed?.release()
  }
}
