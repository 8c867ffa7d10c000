import type { Disposition, RemoveResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { readVerdict, type VerdictResponse } from '../../protocol/verdict.ts'
import type { Effects } from '../effects.ts'
import { Semaphore } from '../semaphore.ts'
import { isRecord, parseSignerError } from '../send/read-answer.ts'
import { Batch } from './batch.ts'
import { BATCH_SIZE, type SharedCalls } from './shared-calls.ts'
import { isInteger } from './signer-calls.ts'

/** Options for `uploader.remove`. */
export interface RemoveOptions {
  /** Aborts the call and its retries. */
  readonly signal?: AbortSignal
}

/** Options for `uploader.link`. */
export interface LinkOptions extends RemoveOptions {
  /**
   * With `inline`, browsers display images, audio, video, plain text and PDF files. They download
   * all other files.
   * @default 'attachment'
   */
  readonly disposition?: Disposition
}

/** Options for `uploader.verdict`. */
export interface VerdictOptions extends RemoveOptions {
  /** How long to poll for a verdict, in milliseconds. 0 makes a single call. @default 60000 */
  readonly waitForMs?: number
}

/** A link to a stored object. Until the link expires, anyone who has it can read the object. */
export interface Link {
  readonly url: string
  readonly expiration: Date
}

interface CallContext {
  readonly calls: SharedCalls
  readonly effects: Effects
}

export async function link(
  { calls }: CallContext,
  receipt: string,
  { disposition, signal = never() }: LinkOptions = {},
): Promise<Link> {
  const answer = await calls.ask('/link', { receipt, disposition }, { signal })
  if (isRecord(answer) && typeof answer.url === 'string') {
    const expiration = new Date(String(answer.expiration))
    if (isWebUrl(answer.url) && !Number.isNaN(expiration.getTime())) {
      return { url: answer.url, expiration }
    }
  }
  throw invalid('link')
}

/** Pages use the URL as an `href`, where a `javascript:` URL would run. */
function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}

export async function remove(
  { calls }: CallContext,
  receipt: string,
  { signal = never() }: RemoveOptions = {},
): Promise<RemoveResponse> {
  const answer = await calls.ask('/remove', { receipt }, { signal })
  if (isRecord(answer) && isInteger(answer.removed)) return { removed: answer.removed }
  throw invalid('removal')
}

/**
 * The arrival check takes less than two seconds for most objects, but a malware scan can take a
 * minute.
 */
const DELAY_MS = { first: 500, longest: 8_000 }
/** How long a call waits for other files that are due at the same time. Timers can be late. */
const PATIENCE_MS = 50
/** In characters of JSON. The signer accepts 256 KB. */
const MAX_VERDICTS_LENGTH = 240_000
/** Limited so that these calls do not delay the uploads' own calls. */
const VERDICTS_AT_ONCE = 2

export async function verdict(
  { calls, effects }: CallContext,
  receipt: string,
  { waitForMs = 60_000, signal = never() }: VerdictOptions = {},
): Promise<VerdictResponse> {
  if (!(waitForMs >= 0)) throw new RangeError(`waitForMs is ${waitForMs}, expected 0 or more`)
  const batch = batchOf(calls, effects)
  let asking = calls.share(batch)
  let leftMs = waitForMs
  try {
    for (let delayMs = DELAY_MS.first; ; delayMs = Math.min(2 * delayMs, DELAY_MS.longest)) {
      const found = await asking.call(receipt, { signal })
      if (found.verdict === 'verified' || found.verdict === 'rejected' || leftMs <= 0) return found
      asking = calls.share(batch)
      // Multiples of the delay, so that files that were stored at different times share calls.
      const nowMs = effects.monotonicMs()
      const dueMs = Math.round(nowMs / delayMs + 1) * delayMs
      const pauseMs = Math.min(leftMs, dueMs - nowMs)
      await effects.wait(pauseMs, signal)
      leftMs -= pauseMs
    }
  } finally {
    asking.leave()
  }
}

type Verdicts = Batch<string, VerdictResponse | UploadError>

const batches = new WeakMap<SharedCalls, Verdicts>()

function batchOf(calls: SharedCalls, { wait }: Effects): Verdicts {
  const known = batches.get(calls)
  if (known) return known
  const atOnce = new Semaphore(VERDICTS_AT_ONCE)
  const signal = never() // one file must not abort a call that others share
  const batch: Verdicts = new Batch({
    most: [BATCH_SIZE, BATCH_SIZE],
    maxLength: MAX_VERDICTS_LENGTH,
    patienceMs: () => PATIENCE_MS,
    wait,
    call: (receipts) => atOnce.run(signal, () => askVerdicts(calls, receipts, signal)),
  })
  batches.set(calls, batch)
  return batch
}

async function askVerdicts(calls: SharedCalls, receipts: readonly string[], signal: AbortSignal) {
  const [receipt] = receipts
  const isOne = receipts.length === 1
  const answer = await calls.askOnce('/verdict', isOne ? { receipt } : { receipts }, signal)
  const list = isOne ? [answer] : isRecord(answer) && answer.verdicts
  if (!Array.isArray(list) || list.length !== receipts.length) throw invalid('verdict')
  return list.map((each: unknown) => {
    const found = isRecord(each) && readVerdict(each.verdict, each.reason)
    return found || (parseSignerError(each) ?? invalid('verdict'))
  })
}

function never(): AbortSignal {
  return new AbortController().signal
}

function invalid(what: string): UploadError {
  return new UploadError(
    'RESPONSE_INVALID',
    `the signer's response has no ${what} of this protocol`,
  )
}
