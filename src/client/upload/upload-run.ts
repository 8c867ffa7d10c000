/**
 * The steps of one upload: open the file, wait for admission, begin or resume, then follow the course. A step that an
 * earlier run, before a pause, has done is not done again.
 *
 * @module
 */

import type { CompleteResponse, FileDescription } from '../../protocol/messages.ts'
import type { Engine } from '../engine.ts'
import { MAX_NATIVE_SIZE } from '../hash/sha256.ts'
import { loadLargeFiles } from '../multipart/load.ts'
import type { ClaimedRecord } from '../resume/claim-record.ts'
import { isOutdated, isRuined } from '../retry/remedies.ts'
import type { Requester } from '../transport/connection-budget.ts'
import { beginUpload } from './begin-upload.ts'
import { openSource, type UploadSource } from './file-source.ts'
import type { Course, Run } from './strategy-run.ts'
import type { UploadControl, UploadSteps } from './upload.ts'

/** S3 has no smaller parts, so smaller files leave nothing to resume. */
const MIN_RESUMABLE_SIZE = 5 * 1024 ** 2

export interface FileToSend {
  readonly source: UploadSource
  readonly describe: (file: Blob) => FileDescription
  readonly rule?: string
}

export class FileSteps<Result> implements UploadSteps<Result> {
  readonly #engine: Engine
  readonly #toSend: FileToSend
  #file: Blob | undefined
  #claimed: ClaimedRecord | undefined
  #course: Course | undefined
  #requester: Requester | undefined
  #isAbandoned = false

  constructor(engine: Engine, toSend: FileToSend) {
    this.#engine = engine
    this.#toSend = toSend
  }

  async advance(control: UploadControl): Promise<CompleteResponse<Result>> {
    const { signal } = control
    this.#file ??= await openSource(this.#toSend.source)
    const file = this.#file
    control.opened(this.#toSend.describe(file))
    const { admission, budget, calls } = this.#engine
    this.#requester ??= budget.requester(file.size)
    const requester = this.#requester
    const leave = await admission.enter(file.size > MAX_NATIVE_SIZE ? 'large' : 'small', signal)
    const slots = calls.reserve(this.#toSend.rule)
    try {
      const callOptions = { signal, onRetry: control.retrying }
      const completed = await this.#follow({ file, requester, slots, control, callOptions })
      await this.#end({ isKept: false })
      // What a rule answers is typed by the rules that the uploader was created for.
      return completed as CompleteResponse<Result>
    } catch (error) {
      if (this.#isAbandoned) this.abandon()
      if (signal.aborted) throw error
      if (isRuined(error)) this.#course?.takeBack()
      await this.#end({ isKept: !isRuined(error) })
      throw error
    } finally {
      slots.create.leave()
      slots.complete.leave()
      leave()
    }
  }

  abandon(): void {
    this.#isAbandoned = true
    this.#course?.takeBack()
    this.#end({ isKept: false }).catch(() => {})
  }

  async #follow(run: Run): Promise<CompleteResponse> {
    // After a pause or a reload, what S3 had may be gone, or the file may be another.
    let isOld = this.#course !== undefined
    if (!this.#course) {
      run.control.enter('hashing')
      const resumed = await this.#resume(run)
      isOld = resumed !== undefined
      this.#course = resumed ?? (await this.#begin(run))
    }
    try {
      return await this.#course.run(run)
    } catch (error) {
      if (!isOld || run.control.signal.aborted || !isOutdated(error)) throw error
      this.#course.takeBack()
      await this.#course.forget()
      run.control.enter('hashing')
      this.#course = await this.#begin(run)
      return this.#course.run(run)
    }
  }

  #begin(run: Run): Promise<Course> {
    return beginUpload(this.#engine, run, this.#toSend.describe(run.file), this.#claimed)
  }

  /** @returns The course of what an earlier session has left, if it has. */
  async #resume(run: Run): Promise<Course | undefined> {
    const { file, control, callOptions } = run
    if (file.size < MIN_RESUMABLE_SIZE || !this.#engine.resumeStore) return undefined
    const { claimRecord, resumeParts } = await loadLargeFiles(this.#engine, callOptions)
    const { source, rule, describe } = this.#toSend
    this.#claimed ??= await claimRecord(this.#engine, {
      file,
      source,
      description: describe(file),
      ...(rule === undefined ? {} : { rule }),
    })
    control.signal.throwIfAborted()
    return this.#claimed && resumeParts(this.#engine, run, this.#claimed)
  }

  async #end({ isKept }: { readonly isKept: boolean }): Promise<void> {
    const course = this.#course
    const place = this.#claimed
    this.#course = undefined
    this.#claimed = undefined
    if (!isKept) await course?.forget()
    place?.release()
  }
}
