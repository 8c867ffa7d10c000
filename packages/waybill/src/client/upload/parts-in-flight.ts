/**
 * The parts of one upload that are being sent: which part is next, how many are sent at once, the
 * host for each attempt, and the progress of all of them. `send-parts.ts` signs and sends each part.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { BROWSER_CONNECTIONS, type ConnectionBudget } from '../send/connection-budget.ts'
import type { Engine, UploadControl } from './engine.ts'
import { PartLimit } from './part-limit.ts'
import type { PartSignatures } from './part-signatures.ts'
import type { StoredParts } from './stored-parts.ts'

/** A part that is being sent, until S3 has stored it. */
export interface PartInFlight {
  readonly partNumber: number
  /** Aborted when the part must not be sent now. */
  readonly signal: AbortSignal
  /**
   * Makes an attempt at the second host if more parts are sent than the first one has connections
   * for. If that fails, makes another attempt at the first host.
   *
   * @param drop - Drops the signature for the second host.
   */
  readonly attemptAtHost: (attempt: AttemptAt, drop: () => void) => Promise<void>
  readonly moved: (sent: number, confirmed: number) => void
  /** Call this after each attempt. */
  readonly landed: () => void
}

type AttemptAt = (host: PartHost, signal: AbortSignal) => Promise<void>

interface PartHost {
  readonly budget: ConnectionBudget
  readonly signatures: PartSignatures
}

interface Parts {
  readonly parts: StoredParts
  readonly signatures: PartSignatures
  readonly secondSignatures: PartSignatures
}

interface RunningPart {
  readonly ended: Promise<void>
  readonly recall: AbortController
}

const RECALLED = new UploadError('ABORTED', 'the part is sent later')

export class PartsInFlight {
  readonly #engine: Engine
  readonly #upload: Parts
  readonly #control: Pick<UploadControl, 'signal' | 'sent'>
  readonly #failed = new AbortController()
  readonly #signal: AbortSignal
  readonly #missing: number[]
  readonly #running = new Map<number, RunningPart>()
  /** Bytes of attempts in flight. */
  readonly #bytes = new Map<number, { readonly sent: number; readonly confirmed: number }>()
  readonly #limit: PartLimit
  #sentBefore = 0
  #lost = 0

  constructor(engine: Engine, upload: Parts, control: Pick<UploadControl, 'signal' | 'sent'>) {
    this.#engine = engine
    this.#upload = upload
    this.#control = control
    this.#signal = AbortSignal.any([control.signal, this.#failed.signal])
    this.#missing = upload.parts.partNumbers('missing')
    const { budget, second, transport, effects } = engine
    const { partSize } = upload.parts.plan
    const seesBytes = transport.seesBytes({ method: 'PUT', size: partSize })
    const first = Math.min(budget.max, BROWSER_CONNECTIONS)
    const more = budget.max - first || (second?.isOpen ? budget.max : 0)
    const recall = () => this.#recallOthers()
    this.#limit = new PartLimit(first, more, effects.monotonicMs, seesBytes, { partSize, recall })
  }

  /**
   * Sends all missing parts.
   *
   * @param checking - A rejection stops all parts.
   * @throws {UploadError} The first failure that retries did not resolve. It stops all other parts.
   */
  async sendAll(
    send: (part: PartInFlight) => Promise<void>,
    checking: Promise<void>,
  ): Promise<void> {
    const running = this.#running
    const limit = this.#limit
    checking.catch((error: unknown) => this.#failed.abort(error))
    try {
      for (;;) {
        while (running.size >= limit.limit || (this.#missing.length === 0 && running.size > 0)) {
          await Promise.race([...this.#ends, limit.raised])
        }
        const partNumber = this.#missing.shift()
        if (partNumber === undefined) break
        this.#begin(partNumber, send)
      }
      await checking
    } catch (error) {
      this.#failed.abort(error)
      await Promise.allSettled(this.#ends)
      throw error
    }
  }

  get #ends(): Promise<void>[] {
    return [...this.#running.values()].map(({ ended }) => ended)
  }

  #begin(partNumber: number, send: (part: PartInFlight) => Promise<void>): void {
    const { monotonicMs } = this.#engine.effects
    const recall = new AbortController()
    const signal = AbortSignal.any([this.#signal, recall.signal])
    const part: PartInFlight = {
      partNumber,
      signal,
      attemptAtHost: (attempt, drop) => this.#attemptAtHost(signal, attempt, drop),
      moved: (sent, confirmed) => {
        this.#bytes.set(partNumber, { sent, confirmed })
        this.#reportSent()
      },
      landed: () => {
        this.#bytes.delete(partNumber)
        this.#reportSent()
      },
    }
    const ended = send(part).catch((error: unknown) => {
      if (error !== RECALLED) throw error
      this.#missing.unshift(partNumber)
    })
    const startedAt = monotonicMs()
    this.#running.set(partNumber, { ended, recall })
    ended.then(
      () => {
        this.#running.delete(partNumber)
        if (!recall.signal.aborted) this.#limit.ended(monotonicMs() - startedAt)
      },
      () => {}, // the part stays in `#running`, so that the race throws its error
    )
  }

  /** Stops all parts except the one with the most bytes sent. */
  #recallOthers(): void {
    const sentOf = (partNumber: number) => this.#bytes.get(partNumber)?.sent ?? 0
    const [, ...others] = [...this.#running].sort(([a], [b]) => sentOf(b) - sentOf(a))
    for (const [, { recall }] of others) recall.abort(RECALLED)
  }

  async #attemptAtHost(signal: AbortSignal, attempt: AttemptAt, drop: () => void): Promise<void> {
    const { budget, second } = this.#engine
    const { signatures, secondSignatures } = this.#upload
    if (second?.isOpen && this.#limit.limit > budget.max && budget.isFull) {
      const host = { budget: second.budget, signatures: secondSignatures }
      if (await second.attempt(signal, (either) => attempt(host, either))) return
      drop()
    }
    await attempt({ budget, signatures }, signal)
  }

  /** Adds the bytes of parts in flight to those of stored parts. */
  #reportSent(): void {
    const stored = this.#upload.parts.storedSize
    let sent = stored
    let confirmed = stored
    for (const part of this.#bytes.values()) {
      sent += part.sent
      confirmed += part.confirmed
    }
    this.#lost += Math.max(0, this.#sentBefore - sent)
    this.#sentBefore = sent
    this.#control.sent(sent, confirmed, stored)
    // All uploads share the network, so count their bytes together.
    const { budget, second } = this.#engine
    this.#limit.moved(budget.carried + (second?.budget.carried ?? 0) - this.#lost)
  }
}
