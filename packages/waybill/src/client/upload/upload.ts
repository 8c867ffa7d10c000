/**
 * One upload as pages see it: a handle with state, progress, `pause`, `resume`, `abort` and `done`.
 * `UploadSteps` does the work; the handle decides when it runs.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { warn } from '../send/load-failure-chunk.ts'
import { toUploadError } from '../send/retry.ts'
import { PAUSED } from '../send/send-attempt.ts'
import { type Waiting, Waits } from '../send/waiting-reason.ts'
import { type Progress, ProgressMeter } from './progress.ts'
import { reportError } from './report-error.ts'
import { FINAL, type UploadEvents, type UploadState } from './upload-state.ts'
import type { UploadDescription, UploadSteps } from './upload-steps.ts'

const PAUSABLE: ReadonlySet<UploadState> = new Set(['queued', 'hashing', 'uploading', 'waiting'])

type Listener<Event> = (event: Event) => void

/** The handle of one upload: its state and progress, and the functions that control it. */
export class Upload<Result = unknown> {
  #done: Promise<CompleteResponse<Result>>
  #description: UploadDescription
  #state: UploadState = 'queued'
  /** The state that the steps entered last; `#state` may be `waiting` meanwhile. */
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

  /** @param description - As much as is known before the file is opened. */
  constructor(description: UploadDescription, steps: UploadSteps<Result>, effects: Effects) {
    this.#description = description
    this.#steps = steps
    this.#effects = effects
    this.#meter = new ProgressMeter(description.size, effects)
    this.#done = this.#start()
  }

  /**
   * Resolves with the signer's response to `complete`. Rejects with an `UploadError`; after
   * `abort()` its code is `ABORTED`. `retry()` replaces this promise.
   */
  get done(): Promise<CompleteResponse<Result>> {
    return this.#done
  }

  /**
   * Keeps Vue from wrapping the upload in a proxy, as it does with plain objects, because a proxy
   * cannot access private members.
   */
  get [Symbol.toStringTag](): string {
    return 'Upload'
  }

  get name(): string {
    return this.#description.name
  }

  /** Bytes; 0 until a handle or path is opened. */
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

  /** Why the upload waits, and until when; only set in state `waiting`. */
  get waiting(): Waiting | undefined {
    return this.#state === 'waiting' ? this.#waiting : undefined
  }

  get progress(): Progress {
    return this.#meter.read(this.#state === 'done')
  }

  /** Why the upload failed; only set in state `failed`. */
  get error(): UploadError | undefined {
    return this.#error
  }

  /**
   * Stops sending. S3 keeps the stored parts, and parts that are nearly sent still finish. Does
   * nothing once the upload is completing.
   */
  pause(): void {
    if (!PAUSABLE.has(this.#state) || this.#entered === 'completing') return
    this.#resumed = Promise.withResolvers<void>()
    this.#meter.interrupt()
    this.#waiting = undefined
    this.#setState('paused')
    this.#run.abort(PAUSED)
  }

  /** Continues after `pause()`. */
  resume(): void {
    if (this.#state !== 'paused') return
    const resumed = this.#resumed
    this.#enter('queued') // a listener may pause it again
    resumed.resolve()
  }

  /**
   * Aborts the upload for good and deletes its parts from S3. If the upload is already completing,
   * S3 cannot stop it: `done` then resolves if the object was stored, and rejects otherwise.
   */
  abort(): void {
    if (FINAL.has(this.#state)) return
    this.#isAbortWanted = true
    if (this.#entered !== 'completing') this.#abortNow()
  }

  /** Restarts a failed upload from the parts that S3 has. Does nothing in other states. */
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
    // The caller gets the handle first, so that it misses no event.
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
        const isStopped = this.#run.signal.aborted && !FINAL.has(this.#state)
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
        // Another state after `completing` means that nothing was stored.
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
    const tell = () => this.#emit('progress', this.progress)
    if (meter.update(sent, confirmed, stored)) tell()
    void meter.watch(tell, this.#run.signal)
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
    const isOver = FINAL.has(entered) || entered === 'hashing'
    const state = this.#waiting && !isOver ? 'waiting' : entered
    if (state === 'waiting') this.#meter.interrupt()
    this.#setState(state)
  }

  #setState(state: UploadState): void {
    const previous = this.#state
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
