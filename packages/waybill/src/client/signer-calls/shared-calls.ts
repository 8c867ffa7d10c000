/**
 * The calls to the signer as uploads make them: retried, and shared by uploads that make the same
 * call at about the same time.
 *
 * @module
 */

import type {
  CompleteRequest,
  CompleteResponse,
  FileDescription,
  UploadGrant,
  UploadReference,
} from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { inTime, untilAborted } from '../send/in-time.ts'
import { treatCalling } from '../send/remedies.ts'
import { retry } from '../send/retry.ts'
import type { Lines, RetryOptions } from '../send/retry-options.ts'
import { Batch } from './batch.ts'
import { Nonces } from './nonces.ts'
import { MAX_CALL_MS, type SignerCalls } from './signer-calls.ts'
import { renewalOf } from './signer-responses.ts'
import { TakeBacks } from './take-backs.ts'

/** The signal that ends a call, and what hears of its retries. */
export type CallOptions = Pick<RetryOptions, 'signal' | 'onRetry' | 'waits'>

/** A grant, and when a fresh one is due, in milliseconds by our clock. */
export interface ReceivedGrant {
  readonly grant: UploadGrant
  readonly renewAt: number
}

/** A call that other uploads share; `leave` tells them not to wait for this upload. */
export interface SharedCall<Item, Answer> {
  readonly call: (item: Item, callOptions: CallOptions) => Promise<Answer>
  readonly leave: () => void
}

/** The slots of one upload in the calls that it will share. */
export interface Slots {
  readonly create: SharedCall<FileDescription, ReceivedGrant>
  readonly complete: SharedCall<CompleteRequest, CompleteResponse>
}

interface Batches {
  readonly create: Batch<FileDescription, ReceivedGrant | UploadError>
  readonly complete: Batch<CompleteRequest, CompleteResponse | UploadError>
}

/** How many files one call to the signer may have. */
export const BATCH_SIZE = 100
/** The first call asks for few files: they are sent while the others are hashed and signed. */
const FIRST_BATCH_SIZE = 12
/** The signer takes 64 KB; this leaves room for characters of several bytes. */
const MAX_CREATE_LENGTH = 20_000
/** The signer takes 256 KB. */
const MAX_COMPLETE_LENGTH = 240_000
/** Time for aborting an upload. After that, it waits until another call has succeeded. */
const MAX_ABORT_MS = 60_000
/** How long a create call waits for files: hashing a batch of small ones takes less. */
const CREATE_PATIENCE_MS = 1_000
/** A stored file waits for others to complete with: longer, the more are expected. */
const COMPLETE_PATIENCE_MS = { each: 50, most: 5_000 }

/** Makes the calls of all uploads of an uploader. */
export class SharedCalls {
  readonly #calls: SignerCalls
  readonly #lines: Lines
  readonly #batches = new Map<string | undefined, Batches>()
  /** Never fires: a shared call belongs to many uploads, and none of them may abort it. */
  readonly #never = new AbortController().signal

  readonly #nonces = new Nonces()
  readonly #takeBacks = new TakeBacks((upload) => this.#askToAbort(upload))

  constructor(calls: SignerCalls, lines: Lines) {
    this.#calls = calls
    this.#lines = lines
  }

  /** @param rule - Uploads of one rule share calls. */
  reserve(rule: string | undefined): Slots {
    const batches = this.#batches.get(rule) ?? this.#newBatches(rule)
    this.#batches.set(rule, batches)
    return {
      create: this.#shared(batches.create, (late) => this.#takeBack(late)),
      complete: this.#shared(batches.complete),
    }
  }

  /** Makes a call that is not shared, and returns its response unparsed. */
  ask(path: string, request: unknown, callOptions: CallOptions): Promise<unknown> {
    return this.#retried(callOptions, () => this.#calls.ask(path, request, callOptions.signal))
  }

  /** Aborts an upload. Never rejects: the bucket's lifecycle removes what is left. */
  abort(upload: UploadReference): Promise<void> {
    return this.#takeBacks.add(upload)
  }

  /** Tries for a minute, however long uploads are retried, so that a Node process can end. */
  async #askToAbort({ waybill, uploadId }: UploadReference): Promise<void> {
    const over = new AbortController()
    const asking = this.ask('/abort', { waybill, uploadId }, { signal: over.signal })
    try {
      await inTime(asking, MAX_ABORT_MS, this.#lines.effects.wait)
    } finally {
      over.abort()
    }
  }

  async #retried<T>(
    options: CallOptions & Pick<RetryOptions, 'group'>,
    call: () => Promise<T>,
  ): Promise<T> {
    const { renewsHeaders } = this.#calls
    const treat = (error: UploadError) => treatCalling(error, renewsHeaders)
    const answer = await retry({ lines: this.#lines, side: 'signer', treat, ...options }, call)
    this.#takeBacks.answered()
    return answer
  }

  #shared<Item, Answer>(
    batch: Batch<Item, Answer | UploadError>,
    onLate?: (answer: Answer | UploadError) => void,
  ): SharedCall<Item, Answer> {
    let slot = batch.reserve()
    const attempt = async (item: Item, signal: AbortSignal) => {
      const taken = slot.take(item)
      try {
        const answer = await untilAborted(taken, signal)
        if (answer instanceof UploadError) throw answer
        return answer
      } catch (error) {
        // Announced again before it waits for its retry: what failed together is retried together.
        slot = batch.reserve()
        taken.then(onLate, () => {}) // of an upload that has ended meanwhile
        throw error
      }
    }
    return {
      call: (item, callOptions) =>
        this.#retried({ ...callOptions, group: batch }, () => attempt(item, callOptions.signal)),
      leave: () => slot.leave(),
    }
  }

  #takeBack(late: ReceivedGrant | UploadError): void {
    if (late instanceof UploadError || late.grant.strategy !== 'multipart') return
    void this.abort(late.grant)
  }

  #newBatches(rule: string | undefined): Batches {
    const { wait, now } = this.#lines.effects
    const { each, most } = COMPLETE_PATIENCE_MS
    return {
      create: new Batch({
        most: [FIRST_BATCH_SIZE, BATCH_SIZE],
        maxLength: MAX_CREATE_LENGTH,
        patienceMs: () => CREATE_PATIENCE_MS,
        wait,
        call: async (files) => {
          const receivedAt = now().getTime()
          const described = files.map((file) => this.#nonces.with(file))
          const request = { ...(rule === undefined ? {} : { rule }), files: described }
          const asking = this.#calls.create(request, this.#never).then((grants) =>
            grants.map((grant) => {
              if (grant instanceof UploadError) return grant
              return { grant, renewAt: renewalOf(grant, receivedAt) }
            }),
          )
          return inTime(asking, MAX_CALL_MS, wait).catch((cause: unknown) => {
            if (cause instanceof UploadError) throw cause
            // The files are asked for again, as others: what this call still grants is taken back.
            for (const file of files) this.#nonces.renew(file)
            asking.then((grants) => grants.map((late) => this.#takeBack(late))).catch(() => {})
            throw new UploadError('SIGNER_UNAVAILABLE', 'the signer gave no answer', { cause })
          })
        },
      }),
      complete: new Batch({
        most: [BATCH_SIZE, BATCH_SIZE],
        maxLength: MAX_COMPLETE_LENGTH,
        patienceMs: (expected) => Math.min(most, each * expected),
        wait,
        call: (uploads) => this.#calls.complete(uploads, this.#never),
      }),
    }
  }
}
