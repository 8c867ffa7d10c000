/**
 * Makes calls to the signer, with retries. Uploads that need the same call at about the same time
 * share one.
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
import { mayPass, treatCalling } from '../error-table.ts'
import { toHex } from '../hash/sha256.ts'
import type { RetryContext, RetryOptions } from '../send/failed-request.ts'
import { retry } from '../send/retry.ts'
import { Batch } from './batch.ts'
import { MAX_CALL_MS, renewalOf, type SignerCalls } from './signer-calls.ts'

export type CallOptions = Pick<RetryOptions, 'signal' | 'onRetry' | 'waits'>

export interface ReceivedGrant {
  readonly grant: UploadGrant
  /** When to request a fresh grant, in milliseconds on the client's clock. */
  readonly renewAt: number
}

/**
 * A call that several uploads share. Use `leave` if this upload will not make the call, so that the
 * others do not wait for it.
 */
export interface SharedCall<Item, Answer> {
  readonly call: (item: Item, callOptions: CallOptions) => Promise<Answer>
  readonly leave: () => void
}

export interface Slots {
  readonly create: SharedCall<FileDescription, ReceivedGrant>
  readonly complete: SharedCall<CompleteRequest, CompleteResponse>
}

interface Batches {
  readonly create: Batch<FileDescription, ReceivedGrant | UploadError>
  readonly complete: Batch<CompleteRequest, CompleteResponse | UploadError>
}

/**
 * Smaller files need no nonce, because they are never multipart uploads. S3's minimum part size is
 * 5 MiB.
 */
const MIN_NONCE_SIZE = 5 * 1024 ** 2
export const BATCH_SIZE = 100
/** The first call is small, so that its files can be sent while the others are hashed. */
const FIRST_BATCH_SIZE = 12
/** In characters of JSON. The signer accepts 64 KB, and a character can take up to three bytes. */
const MAX_CREATE_LENGTH = 20_000
/** In characters of JSON. The signer accepts 256 KB. */
const MAX_COMPLETE_LENGTH = 240_000
/** How long an abort is retried before it has to wait for another call to succeed. */
const MAX_ABORT_MS = 60_000
/**
 * How long a create call waits for more files. Hashing a batch of small files takes less than this.
 */
const CREATE_PATIENCE_MS = 1_000
/**
 * How long a stored file waits to be completed together with others: `each` per expected file, up
 * to `most`.
 */
const COMPLETE_PATIENCE_MS = { each: 50, most: 5_000 }

export class SharedCalls {
  readonly #calls: SignerCalls
  readonly #retryContext: RetryContext
  readonly #batches = new Map<string | undefined, Batches>()
  /** Never aborted, because a single upload must not abort a call that others share. */
  readonly #never = new AbortController().signal

  readonly #nonces = new Nonces()
  readonly #pendingAborts = new PendingAborts((upload) => this.#askToAbort(upload))

  constructor(calls: SignerCalls, retryContext: RetryContext) {
    this.#calls = calls
    this.#retryContext = retryContext
  }

  reserve(rule: string | undefined): Slots {
    const batches = this.#batches.get(rule) ?? this.#newBatches(rule)
    this.#batches.set(rule, batches)
    return {
      create: this.share(batches.create, (late) => this.#takeBack(late)),
      complete: this.share(batches.complete),
    }
  }

  /** Makes a call that is not shared. */
  ask(path: string, request: unknown, callOptions: CallOptions): Promise<unknown> {
    return this.#retried(callOptions, () => this.#calls.ask(path, request, callOptions.signal))
  }

  /** Makes a call that is neither shared nor retried. */
  askOnce(path: string, request: unknown, signal: AbortSignal): Promise<unknown> {
    return this.#calls.ask(path, request, signal)
  }

  /** Never rejects. The bucket's lifecycle rule removes any leftover parts. */
  abort(upload: UploadReference): Promise<void> {
    return this.#pendingAborts.add(upload)
  }

  /** Gives up after a minute, regardless of `retryForMs`, so that a Node process can exit. */
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

  /** Makes a call that the items in `batch` share. */
  share<Item, Answer>(
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
        // Reserve a new slot before the pause, so that items that failed together are retried
        // together.
        slot = batch.reserve()
        taken.then(onLate, () => {}) // the upload may have been aborted before the answer came
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
            // The retry uses new nonces, so abort any uploads that this call still creates.
            for (const file of files) this.#nonces.renew(file)
            asking.then((grants) => grants.map((late) => this.#takeBack(late))).catch(() => {})
            throw new UploadError('SIGNER_UNAVAILABLE', 'the signer did not respond', { cause })
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
 * If a response is lost and the client repeats the call, the signer recognizes the file by its
 * nonce and does not create a second multipart upload.
 */
class Nonces {
  readonly #known = new WeakMap<FileDescription, string>()

  with(file: FileDescription): FileDescription {
    if (file.size < MIN_NONCE_SIZE) return file
    const nonce = this.#known.get(file) ?? newNonce()
    this.#known.set(file, nonce)
    return { ...file, nonce }
  }

  /** Gives the next attempt a new nonce, so that it creates a new upload. */
  renew(file: FileDescription): void {
    this.#known.delete(file)
  }
}

function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)))
}

/** Only the newest uploads are kept. */
const MAX_OWED = 100
/** Limited, because the user who is signed in by then may not be allowed to abort the upload. */
const MAX_TRIES = 5

/**
 * Remembers multipart uploads that could not be aborted because the signer was unavailable or
 * rejected the caller, and tries again after the next successful call. There is no timer, because
 * it would keep a Node process alive. If the process exits first, the bucket's lifecycle rule
 * removes the parts.
 */
export class PendingAborts {
  readonly #owed = new Map<string, { readonly upload: UploadReference; readonly tries: number }>()
  readonly #abort: (upload: UploadReference) => Promise<unknown>

  constructor(abort: (upload: UploadReference) => Promise<unknown>) {
    this.#abort = abort
  }

  /** Aborts an upload now or, if that fails, after the next successful call. Never rejects. */
  async add(upload: UploadReference, tries = 1): Promise<void> {
    const id = upload.waybill
    try {
      await this.#abort(upload)
      this.#owed.delete(id)
    } catch (error) {
      if (tries < MAX_TRIES && mayWork(error)) this.#owed.set(id, { upload, tries })
      const [oldest] = this.#owed.keys()
      if (this.#owed.size > MAX_OWED && oldest !== undefined) this.#owed.delete(oldest)
    }
  }

  answered(): void {
    const owed = [...this.#owed.values()]
    this.#owed.clear()
    for (const { upload, tries } of owed) void this.add(upload, tries + 1)
  }
}

function mayWork(error: unknown): boolean {
  if (error instanceof UploadError) return mayPass(error)
  return error instanceof RangeError // no answer in time
}
