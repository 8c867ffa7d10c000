/**
 * The handle that a page receives for an upload, and the upload's options. `UploadSteps` does the
 * work, and the handle decides when it runs.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { RuleName, UploadRules } from '../../protocol/upload-rule.ts'
import { type Effects, reportError } from '../effects.ts'
import { warn } from '../send/load-failure-handling.ts'
import { toUploadError } from '../send/retry.ts'
import { PAUSED } from '../send/send-attempt.ts'
import { type Waiting, Waits } from '../send/waiting.ts'
import type { UploadDescription, UploadSteps } from './engine.ts'
import { type Progress, ProgressMeter } from './progress.ts'
import { isFinal, isPausable, type UploadEvents, type UploadState } from './upload-state.ts'

/** Options for `uploader.upload`. */
export interface UploadOptions<Name extends string = string> {
  /** The upload rule's name. Can be omitted if the signer has only one rule. */
  readonly rule?: Name
  /**
   * Metadata that is passed to the rule's `key` and `onComplete`. Limited to 16 entries and 1 KB in
   * total.
   */
  readonly metadata?: Readonly<Record<string, string>>
  /**
   * The file's path within the folder that the user chose, including the file name, such as
   * `album/trip/two.png`. Passed to the rule's `key` and `onComplete`. Set it to `''` to send no
   * path.
   * @default a `File`'s `webkitRelativePath`, which folder inputs and `filesOf` set
   */
  readonly path?: string
  /** Aborts the upload. */
  readonly signal?: AbortSignal
  /** Same as `on('progress', …)`. */
  readonly onProgress?: (progress: Progress) => void
  /** @default the file's own name, else `file` */
  readonly name?: string
  /**
   * Content type.
   * @default the file's own type, else the type for its extension, else `application/octet-stream`
   */
  readonly type?: string
}

/**
 * The arguments of `upload` after the file. They are optional if the signer has a single rule or
 * the type of its rules is unknown. If it has several rules, `rule` is required.
 */
export type UploadArguments<Rules extends UploadRules, Name extends RuleName<Rules>> =
  HasSeveralRules<Rules> extends true
    ? [options: UploadOptions<Name> & { readonly rule: Name }]
    : [options?: UploadOptions<Name>]

export type HasSeveralRules<Rules extends UploadRules> = IsUnion<RuleName<Rules>>

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never

type Listener<Event> = (event: Event) => void

/** A handle for controlling an upload and reading its state and progress. */
export class Upload<Result = unknown> {
  #done: Promise<CompleteResponse<Result>>
  #description: UploadDescription
  #state: UploadState = 'queued'
  /** The state last entered by the steps. `#state` may be `waiting` instead. */
  #entered: UploadState = 'queued'
  #waiting: Waiting | undefined
  #isAbortWanted = false
  #error: UploadError | undefined
  #meter: ProgressMeter
  #run = new AbortController()
  #resumed = Promise.withResolvers<void>()
  readonly #gone = new AbortController()
  readonly #effects: Effects
  readonly #steps: UploadSteps<Result>
  readonly #listeners = new Map<keyof UploadEvents, Set<Listener<never>>>()

  constructor(description: UploadDescription, steps: UploadSteps<Result>, effects: Effects) {
    this.#description = description
    this.#steps = steps
    this.#effects = effects
    this.#meter = new ProgressMeter(description.size, effects)
    this.#done = this.#start()
  }

  /**
   * Resolves with the signer's response to `complete`. Rejects with an `UploadError`, whose code is
   * `ABORTED` after `abort()`. `retry()` replaces this promise.
   */
  get done(): Promise<CompleteResponse<Result>> {
    return this.#done
  }

  /**
   * Keeps Vue from wrapping the upload in a proxy, as it does with plain objects. A proxy cannot
   * access private fields.
   */
  get [Symbol.toStringTag](): string {
    return 'Upload'
  }

  get name(): string {
    return this.#description.name
  }

  /** Size of the file in bytes. 0 until a file handle or path has been opened. */
  get size(): number {
    return this.#description.size
  }

  /** Content type. */
  get type(): string {
    return this.#description.type
  }

  get state(): UploadState {
    return this.#state
  }

  /** Why the upload is waiting, and until when. Set only in state `waiting`. */
  get waiting(): Waiting | undefined {
    return this.#state === 'waiting' ? this.#waiting : undefined
  }

  get progress(): Progress {
    return this.#meter.read(this.#state === 'done')
  }

  /** Why the upload failed. Set only in state `failed`. */
  get error(): UploadError | undefined {
    return this.#error
  }

  /**
   * Pauses the upload. S3 keeps stored parts, and parts that are nearly sent still finish. Does
   * nothing once the upload is completing.
   */
  pause(): void {
    if (!isPausable(this.#state) || this.#entered === 'completing') return
    this.#resumed = Promise.withResolvers<void>()
    this.#meter.interrupt()
    this.#waiting = undefined
    this.#setState('paused')
    this.#run.abort(PAUSED)
  }

  /** Continues a paused upload. */
  resume(): void {
    if (this.#state !== 'paused') return
    const resumed = this.#resumed
    this.#enter('queued') // a listener may pause it again
    resumed.resolve()
  }

  /**
   * Permanently aborts the upload and deletes its parts from S3. An upload that is already
   * completing cannot be stopped: `done` resolves if the object was stored and rejects otherwise.
   */
  abort(): void {
    if (isFinal(this.#state)) return
    this.#isAbortWanted = true
    if (this.#entered !== 'completing') this.#abortNow()
  }

  /**
   * Retries a failed upload, starting from the parts already stored in S3. Does nothing in other
   * states.
   */
  retry(): void {
    if (this.#state !== 'failed') return
    this.#error = undefined
    this.#waiting = undefined
    this.#isAbortWanted = false
    this.#meter = new ProgressMeter(this.size, this.#effects)
    this.#done = this.#start()
    this.#enter('queued')
  }

  #abortNow(): void {
    this.#setState('aborted')
    this.#run.abort(aborted())
    this.#gone.abort(aborted())
    this.#resumed.resolve()
    this.#steps.abandon()
  }

  /**
   * Adds a listener.
   *
   * @returns A function that removes the listener.
   */
  on<Name extends keyof UploadEvents>(
    name: Name,
    listener: (event: UploadEvents[Name]) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<Listener<never>>()
    this.#listeners.set(name, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  #start(): Promise<CompleteResponse<Result>> {
    const done = this.#drive()
    // A page that only listens to events must not cause an unhandled rejection.
    done.catch(() => {})
    return done
  }

  async #drive(): Promise<CompleteResponse<Result>> {
    // Return the handle to the caller first, so that it misses no events.
    await Promise.resolve()
    for (;;) {
      while (this.#state === 'paused') await this.#resumed.promise
      try {
        const completed = await this.#advance()
        this.#gone.signal.throwIfAborted()
        this.#enter('done')
        this.#emit('progress', this.progress)
        return completed
      } catch (error) {
        const isStopped = this.#run.signal.aborted && !isFinal(this.#state)
        if (!isStopped) throw this.#failed(error)
      } finally {
        this.#run.abort() // stops all watchers
      }
    }
  }

  #advance(): Promise<CompleteResponse<Result>> {
    this.#gone.signal.throwIfAborted()
    this.#run = new AbortController()
    const { signal } = this.#run
    const waits = new Waits(this.#effects, signal, (waiting) => {
      if (!signal.aborted) this.#wait(waiting)
    })
    void waits.watchNetwork()
    return this.#steps.advance({
      signal,
      gone: this.#gone.signal,
      waits,
      enter: (state) => {
        // Any other state after `completing` means that nothing was stored.
        if (this.#isAbortWanted && state !== 'completing') this.#abortNow()
        signal.throwIfAborted()
        this.#enter(state)
      },
      opened: (description) => this.#opened(description),
      startAt: (stored) => this.#meter.startAt(stored),
      sent: (sent, confirmed, stored = 0) => {
        if (!signal.aborted) this.#sent(sent, confirmed, stored)
        else if (this.#state === 'paused' && this.#meter.noteStored(stored)) {
          this.#emit('progress', this.progress)
        }
      },
      retrying: (event) => this.#emit('retry', event),
    })
  }

  #sent(sent: number, confirmed: number, stored: number): void {
    const meter = this.#meter
    const report = () => this.#emit('progress', this.progress)
    if (meter.update(sent, confirmed, stored)) report()
    void meter.watch(report, this.#run.signal)
  }

  #opened(description: UploadDescription): void {
    if (description.size !== this.size) {
      this.#meter = new ProgressMeter(description.size, this.#effects)
    }
    this.#description = description
  }

  #failed(error: unknown): UploadError {
    if (this.#state === 'aborted') return aborted()
    if (this.#isAbortWanted) this.#steps.abandon()
    const failure = toUploadError(error)
    this.#error = failure
    warn(failure)
    this.#enter('failed') // a listener may call `retry()`, which clears the error
    return failure
  }

  #enter(state: UploadState): void {
    this.#entered = state
    this.#show()
  }

  #wait(waiting: Waiting | undefined): void {
    const isSetAnew = waiting !== undefined && this.#state === 'waiting'
    this.#waiting = waiting
    this.#show()
    if (isSetAnew) this.#emit('state', { state: 'waiting', previous: 'waiting' })
  }

  /** Shows `waiting` instead of the entered state, unless that state is final or `hashing`. */
  #show(): void {
    const entered = this.#entered
    const isOver = isFinal(entered) || entered === 'hashing'
    const state = this.#waiting && !isOver ? 'waiting' : entered
    this.#setState(state)
  }

  #setState(state: UploadState): void {
    const previous = this.#state
    if (state === 'waiting' || isFinal(state)) this.#meter.interrupt()
    if (previous === state) return
    this.#state = state
    this.#emit('state', { state, previous })
  }

  #emit<Name extends keyof UploadEvents>(name: Name, event: UploadEvents[Name]): void {
    this.#listeners.get(name)?.forEach((listener) => {
      // `on` added the listener under this name, so it accepts this event.
      const typed = listener as Listener<UploadEvents[Name]>
      try {
        typed(event)
      } catch (error) {
        reportError(error)
      }
    })
  }
}

function aborted(): UploadError {
  return new UploadError('ABORTED', 'the upload was aborted')
}
