import type { Disposition, RemoveResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { readVerdict, type VerdictResponse } from '../../protocol/verdict.ts'
import type { Effects } from '../effects.ts'
import type { Semaphore } from '../semaphore.ts'
import { isRecord } from '../send/parse-signer-error.ts'
import type { SharedCalls } from './shared-calls.ts'
import { isInteger } from './signer-responses.ts'

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
  readonly admission: { readonly asking: Semaphore }
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
const DELAY_MS = { first: 500, factor: 1.5, longest: 10_000 }

export async function verdict(
  { calls, effects, admission }: CallContext,
  receipt: string,
  { waitForMs = 60_000, signal = never() }: VerdictOptions = {},
): Promise<VerdictResponse> {
  if (!(waitForMs >= 0)) throw new RangeError(`waitForMs is ${waitForMs}, expected 0 or more`)
  const ask = () => calls.ask('/verdict', { receipt }, { signal })
  let leftMs = waitForMs
  for (let delayMs = DELAY_MS.first; ; delayMs *= DELAY_MS.factor) {
    const answer = await admission.asking.run(signal, ask)
    const found = isRecord(answer) && readVerdict(answer.verdict, answer.reason)
    if (!found) throw invalid('verdict')
    if (found.verdict === 'verified' || found.verdict === 'rejected' || leftMs <= 0) return found
    // Jitter spreads out the calls for files that were completed together.
    const spread = 0.75 + effects.random() / 2
    const pauseMs = Math.min(leftMs, Math.min(delayMs, DELAY_MS.longest) * spread)
    await effects.wait(pauseMs, signal)
    leftMs -= pauseMs
  }
}

function never(): AbortSignal {
  return new AbortController().signal
}

function invalid(what: string): UploadError {
  return new UploadError('RESPONSE_INVALID', `the signer answered a ${what} of another protocol`)
}
