/**
 * The presigned URLs of an upload's parts, a window at a time: the next window is asked for before the last is used
 * up, and one whose signatures have expired is forgotten.
 *
 * @module
 */

import type { PartWindowMessage } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { partUrl } from '../../s3/presigned/part-window.ts'
import { renewalTime, signedAtOf } from '../calls/signature-life.ts'
import type { Effects } from '../effects.ts'

/** Parts in one call: 6 KB. */
const WINDOW_SIZE = 100
/** So many parts before its end, the next window is asked for. */
const AHEAD = 20

export interface SignedPart {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The signature did not work: its window is not used again. */
  readonly forget: () => void
}

interface KnownWindow {
  readonly message: PartWindowMessage
  readonly renewAt: number
}

export interface PartWindowsOptions {
  readonly partCount: number
  /** The first window, which came with the grant, and when it was asked for. */
  readonly first?: { readonly message: PartWindowMessage; readonly receivedAt: number }
  /** Asks the signer; makes its own retries. */
  readonly sign: (from: number, count: number, signal: AbortSignal) => Promise<PartWindowMessage>
  readonly now: Effects['now']
}

export class PartWindows {
  readonly #known = new Set<KnownWindow>()
  readonly #asked = new Map<number, Promise<KnownWindow>>()
  readonly #options: PartWindowsOptions

  constructor(options: PartWindowsOptions) {
    this.#options = options
    const { first } = options
    if (first) this.#keep(first.message, first.message.from, first.receivedAt)
  }

  /** @throws {UploadError} When the signer does not sign. */
  async signed(partNumber: number, signal: AbortSignal): Promise<SignedPart> {
    const window = this.#find(partNumber) ?? (await this.#ask(partNumber, signal))
    this.#askAhead(window, partNumber, signal)
    const { message } = window
    return {
      url: partUrl(message, partNumber),
      headers: message.headers,
      forget: () => {
        this.#known.delete(window)
      },
    }
  }

  #find(partNumber: number): KnownWindow | undefined {
    const now = this.#options.now().getTime()
    for (const window of this.#known) {
      if (window.renewAt <= now) this.#known.delete(window)
      else if (holds(window.message, partNumber)) return window
    }
    return undefined
  }

  #askAhead({ message }: KnownWindow, partNumber: number, signal: AbortSignal): void {
    const next = message.from + message.count
    if (next > this.#options.partCount || partNumber + AHEAD < next || this.#find(next)) return
    // Whoever needs it asks again, and then hears what failed.
    this.#ask(next, signal).catch(() => {})
  }

  /** Parts that need the same window wait for one call. */
  #ask(partNumber: number, signal: AbortSignal): Promise<KnownWindow> {
    for (const [from, asked] of this.#asked) {
      if (partNumber >= from && partNumber < from + WINDOW_SIZE) return asked
    }
    const receivedAt = this.#options.now().getTime()
    const asking = this.#options
      .sign(partNumber, WINDOW_SIZE, signal)
      .then((message) => this.#keep(message, partNumber, receivedAt))
      .finally(() => this.#asked.delete(partNumber))
    this.#asked.set(partNumber, asking)
    return asking
  }

  #keep(message: PartWindowMessage, partNumber: number, receivedAt: number): KnownWindow {
    if (!holds(message, partNumber)) {
      const last = message.from + message.count - 1
      throw new UploadError(
        'RESPONSE_INVALID',
        `the signer signed parts ${message.from} to ${last}, expected part ${partNumber} among them`,
      )
    }
    const renewAt = renewalTime(signedAtOf(message.url), message.expiration, receivedAt)
    const window = { message, renewAt }
    this.#known.add(window)
    return window
  }
}

function holds({ from, count }: PartWindowMessage, partNumber: number): boolean {
  return partNumber >= from && partNumber < from + count
}
