/**
 * The connections to S3 that all uploads of an uploader share. How many there may be adapts to what the line
 * carries; who gets the next one is fair: small uploads first, and every fourth goes to the upload that began first.
 *
 * @module
 */

/** Browsers open no more to one host; more would wait inside the browser, where nobody sees them. */
export const MAX_CONNECTIONS = 6
const FIRST_LIMIT = 3
/** Of so many connections, one goes by age and the others by size. */
const TURNS = 4

/** An upload that asks for connections, one for each of its requests. */
export interface Claimant {
  /** Bytes of the whole upload. */
  readonly size: number
  /** Smaller than that of every upload that began later. */
  readonly order: number
}

/** How a connection was used: `slow-down` is what S3 says when it is asked too often. */
export type ConnectionOutcome = 'succeeded' | 'failed' | 'slow-down' | 'unused'

/** To be called once; gives the connection back. */
export type GiveBack = (outcome: ConnectionOutcome) => void

interface Waiting {
  readonly claimant: Claimant
  readonly take: (giveBack: GiveBack) => void
}

export class ConnectionBudget {
  #limit: number
  #inUse = 0
  #turn = 0
  #order = 0
  readonly #max: number
  readonly #waiting = new Set<Waiting>()

  constructor(max: number = MAX_CONNECTIONS) {
    this.#max = max
    this.#limit = Math.min(FIRST_LIMIT, max)
  }

  /** How many connections may be in use now. */
  get limit(): number {
    return this.#limit
  }

  get max(): number {
    return this.#max
  }

  /** @param size - Bytes of the upload. */
  claimant(size: number): Claimant {
    this.#order += 1
    return { size, order: this.#order }
  }

  /** Resolves when it is this upload's turn; rejects with the signal's reason when it fires before. */
  acquire(claimant: Claimant, signal: AbortSignal): Promise<GiveBack> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const onAbort = () => {
        this.#waiting.delete(waiting)
        reject(signal.reason)
      }
      const take = (giveBack: GiveBack) => {
        signal.removeEventListener('abort', onAbort)
        resolve(giveBack)
      }
      const waiting = { claimant, take }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(waiting)
      this.#serve()
    })
  }

  #serve(): void {
    while (this.#inUse < this.#limit) {
      const next = this.#next()
      if (!next) return
      this.#waiting.delete(next)
      this.#inUse += 1
      next.take((outcome) => this.#giveBack(outcome))
    }
  }

  #next(): Waiting | undefined {
    if (this.#waiting.size === 0) return undefined
    this.#turn = (this.#turn + 1) % TURNS
    const byAge = this.#turn === 0
    let best: Waiting | undefined
    for (const waiting of this.#waiting) {
      if (!best || isBefore(waiting.claimant, best.claimant, byAge)) best = waiting
    }
    return best
  }

  #giveBack(outcome: ConnectionOutcome): void {
    this.#inUse -= 1
    const wanted = this.#waiting.size > 0
    if (outcome === 'succeeded' && wanted) this.#limit = Math.min(this.#max, this.#limit + 1)
    if (outcome === 'failed') this.#limit = Math.max(1, this.#limit - 1)
    if (outcome === 'slow-down') this.#limit = Math.max(1, Math.floor(this.#limit / 2))
    this.#serve()
  }
}

function isBefore(a: Claimant, b: Claimant, byAge: boolean): boolean {
  if (!byAge && a.size !== b.size) return a.size < b.size
  return a.order < b.order
}
