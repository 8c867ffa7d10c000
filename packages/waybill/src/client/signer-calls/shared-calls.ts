/**
 * The calls to the signer as uploads make them: retried, and shared between uploads that make the
 * same call at about the same time.
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
import { inTime, untilAborted } from '../effects.ts'
import { toHex } from '../hash/sha256.ts'
import { treatCalling } from '../send/remedies.ts'
import { retry } from '../send/retry.ts'
import type { RetryContext, RetryOptions } from '../send/retry-options.ts'
import { Batch } from './batch.ts'
import { PendingAborts } from './pending-aborts.ts'
import { MAX_CALL_MS, type SignerCalls } from './signer-calls.ts'
import { renewalOf } from './signer-responses.ts'

/** What ends a call, and who is told about its retries. */
export type CallOptions = Pick<RetryOptions, 'signal' | 'onRetry' | 'waits'>

export interface ReceivedGrant {
  readonly grant: UploadGrant
  /** When a fresh grant is due, in milliseconds on our clock. */
  readonly renewAt: number
}

/** A call that uploads share. `leave` tells the others not to wait for this upload. */
export interface SharedCall<Item, Answer> {
  readonly call: (item: Item, callOptions: CallOptions) => Promise<Answer>
  readonly leave: () => void
}

/** One upload's places in the calls that it will share. */
export interface Slots {
  readonly create: SharedCall<FileDescription, ReceivedGrant>
  readonly complete: SharedCall<CompleteRequest, CompleteResponse>
}

interface Batches {
  readonly create: Batch<FileDescription, ReceivedGrant | UploadError>
  readonly complete: Batch<CompleteRequest, CompleteResponse | UploadError>
}

/** Smaller files leave nothing behind in S3, which has no smaller parts. */
const MIN_NONCE_SIZE = 5 * 1024 ** 2
/** Maximum number of files in one call to the signer. */
export const BATCH_SIZE = 100
/** The first call has few files, which are sent while the others are hashed and signed. */
const FIRST_BATCH_SIZE = 12
/** The signer accepts 64 KB; this leaves room for multi-byte characters. */
const MAX_CREATE_LENGTH = 20_000
/** The signer accepts 256 KB. */
const MAX_COMPLETE_LENGTH = 240_000
/** Time for aborting an upload; after that, it is tried again once another call succeeds. */
const MAX_ABORT_MS = 60_000
/** How long a create call waits for files; hashing a batch of small ones takes less. */
const CREATE_PATIENCE_MS = 1_000
/** How long a stored file waits for others to complete with: longer the more are expected. */
const COMPLETE_PATIENCE_MS = { each: 50, most: 5_000 }

/** The calls of all uploads of an uploader. */
export class SharedCalls {
  readonly #calls: SignerCalls
  readonly #retryContext: RetryContext
  readonly #batches = new Map<string | undefined, Batches>()
  /** Never fires: a shared call belongs to many uploads, so none of them may abort it. */
  readonly #never = new AbortController().signal

  readonly #nonces = new Nonces()
  readonly #pendingAborts = new PendingAborts((upload) => this.#askToAbort(upload))

  constructor(calls: SignerCalls, retryContext: RetryContext) {
    this.#calls = calls
    this.#retryContext = retryContext
  }

  /** @param rule - Uploads share calls if they have the same rule. */
  reserve(rule: string | undefined): Slots {
    const batches = this.#batches.get(rule) ?? this.#newBatches(rule)
    this.#batches.set(rule, batches)
    return {
      create: this.#shared(batches.create, (late) => this.#takeBack(late)),
      complete: this.#shared(batches.complete),
    }
  }

  /** Makes a call that is not shared. Returns the response unparsed. */
  ask(path: string, request: unknown, callOptions: CallOptions): Promise<unknown> {
    return this.#retried(callOptions, () => this.#calls.ask(path, request, callOptions.signal))
  }

  /** Aborts an upload. Never rejects: the bucket's lifecycle removes leftover parts. */
  abort(upload: UploadReference): Promise<void> {
    return this.#pendingAborts.add(upload)
  }

  /** Tries for a minute, whatever `retryForMs` is, so that a Node process can end. */
  async #askToAbort({ waybill, uploadId }: UploadReference): Promise<void> {
    const over = new AbortController()
    const asking = this.ask('/abort', { waybill, uploadId }, { signal: over.signal })
    try {
      await inTime(asking, MAX_ABORT_MS, this.#retryContext.effects.wait)
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
    const answer = await retry(
      { retryContext: this.#retryContext, side: 'signer', treat, ...options },
      call,
    )
    this.#pendingAborts.answered()
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
        // Announced before it waits for its retry: items that failed together are retried together.
        slot = batch.reserve()
        taken.then(onLate, () => {}) // the upload may have ended meanwhile
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
    const { wait, now } = this.#retryContext.effects
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
            // The files are requested again as new ones: late grants of this call are aborted.
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

/**
 * Nonces for files. If a response was lost and the client asks again, the signer recognises the
 * file by its nonce and creates no second multipart upload.
 */
class Nonces {
  readonly #known = new WeakMap<FileDescription, string>()

  /** @returns The description to send, the same for each attempt. */
  with(file: FileDescription): FileDescription {
    if (file.size < MIN_NONCE_SIZE) return file
    const nonce = this.#known.get(file) ?? newNonce()
    this.#known.set(file, nonce)
    return { ...file, nonce }
  }

  /** The next attempt gets a new nonce: it is for another upload. */
  renew(file: FileDescription): void {
    this.#known.delete(file)
  }
}

function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}
