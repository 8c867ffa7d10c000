/**
 * Fetches an upload's presigned part URLs, one window at a time. The next window is requested
 * before the current one is used up.
 *
 * @module
 */

import { partUrl } from 'waybill-s3'
import type { PartsRequest, PartWindowMessage, UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { CallOptions } from '../signer-calls/shared-calls.ts'
import { invalid, parseWindow, renewalOfWindow } from '../signer-calls/signer-calls.ts'
import type { Engine } from './engine.ts'

/** Number of parts per call. The response is about 6 KB. */
const WINDOW_SIZE = 100
/** The next window is requested when this many parts remain in the current one. */
const AHEAD = 20

export interface SignedPart {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** When to request a fresh URL, in milliseconds on the client's clock. */
  readonly renewAt: number
  /** Drops the part's window, for example because S3 rejected the signature. */
  readonly forget: () => void
}

export interface SignedWindow {
  readonly message: PartWindowMessage
  readonly renewAt: number
}

export type PartsReference = UploadReference & Pick<PartsRequest, 'secondHost'>

export class PartSignatures {
  readonly #known = new Set<SignedWindow>()
  readonly #asked = new Map<number, Promise<SignedWindow>>()
  readonly #engine: Engine
  readonly #reference: PartsReference
  readonly #partCount: number

  constructor(
    engine: Engine,
    reference: PartsReference,
    partCount: number,
    first: SignedWindow | undefined,
  ) {
    this.#engine = engine
    this.#reference = reference
    this.#partCount = partCount
    if (first) this.#keep(first, first.message.from)
  }

  async signed(partNumber: number, options: CallOptions): Promise<SignedPart> {
    const window = this.#find(partNumber) ?? (await this.#ask(partNumber, options))
    this.#askAhead(window, partNumber, options)
    const { message } = window
    return {
      url: partUrl(message, partNumber),
      headers: message.headers,
      renewAt: window.renewAt,
      forget: () => {
        this.#known.delete(window)
      },
    }
  }

  #find(partNumber: number): SignedWindow | undefined {
    const now = this.#engine.effects.now().getTime()
    for (const window of this.#known) {
      if (window.renewAt <= now) this.#known.delete(window)
      else if (holds(window.message, partNumber)) return window
    }
    return undefined
  }

  #askAhead({ message }: SignedWindow, partNumber: number, options: CallOptions): void {
    const next = message.from + message.count
    if (next > this.#partCount || partNumber + AHEAD < next || this.#find(next)) return
    // A part that needs this window requests it again and reports the failure.
    this.#ask(next, options).catch(() => {})
  }

  /** Parts that need the same window share one call. */
  #ask(partNumber: number, options: CallOptions): Promise<SignedWindow> {
    for (const [from, asked] of this.#asked) {
      if (partNumber >= from && partNumber < from + WINDOW_SIZE) return asked
    }
    const asking = this.#sign(partNumber, options)
      .then((window) => this.#keep(window, partNumber))
      .finally(() => this.#asked.delete(partNumber))
    this.#asked.set(partNumber, asking)
    return asking
  }

  async #sign(from: number, options: CallOptions): Promise<SignedWindow> {
    const receivedAt = this.#engine.effects.now().getTime()
    const request = { ...this.#reference, from, count: WINDOW_SIZE }
    const message = parseWindow(await this.#engine.calls.ask('/parts', request, options))
    if (message.secondHost !== request.secondHost) throw invalid('the second host')
    return { message, renewAt: renewalOfWindow(message, receivedAt) }
  }

  #keep(window: SignedWindow, partNumber: number): SignedWindow {
    const { message } = window
    if (!holds(message, partNumber)) {
      const last = message.from + message.count - 1
      throw new UploadError(
        'RESPONSE_INVALID',
        `the signer signed parts ${message.from} to ${last}, expected part ${partNumber} among them`,
      )
    }
    this.#known.add(window)
    return window
  }
}

function holds({ from, count }: PartWindowMessage, partNumber: number): boolean {
  return partNumber >= from && partNumber < from + count
}
