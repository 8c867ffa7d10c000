/**
 * Who may begin. Signatures have a short life and files in preparation take memory, so of a thousand files chosen at
 * once only the next few are hashed and signed. Small files are let in by the hundred, because that is what one call
 * to the signer takes.
 *
 * @module
 */

/** Files that one call to the signer takes. */
export const BATCH_SIZE = 100
/** Uploads in parts at once; the connections would not feed more. */
const MAX_LARGE = 6

export type Leave = () => void

interface Waiting {
  readonly enter: (leave: Leave) => void
}

export class Admission {
  readonly #small = new Lane(2 * BATCH_SIZE, BATCH_SIZE)
  readonly #large = new Lane(MAX_LARGE, 1)

  /** Resolves when the upload may begin, with what it calls when it has ended or pauses. */
  enter(lane: 'small' | 'large', signal: AbortSignal): Promise<Leave> {
    return (lane === 'small' ? this.#small : this.#large).enter(signal)
  }
}

class Lane {
  #inside = 0
  #scheduled = false
  readonly #waiting = new Set<Waiting>()
  readonly #most: number
  readonly #batch: number

  constructor(most: number, batch: number) {
    this.#most = most
    this.#batch = batch
  }

  enter(signal: AbortSignal): Promise<Leave> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const onAbort = () => {
        this.#waiting.delete(waiting)
        reject(signal.reason)
      }
      const waiting: Waiting = {
        enter: (leave) => {
          signal.removeEventListener('abort', onAbort)
          resolve(leave)
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(waiting)
      this.#schedule()
    })
  }

  /** A whole batch at a time, or all that wait; in the next tick, so that files given one after another are together. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      while (this.#inside + this.#batch <= this.#most && this.#waiting.size > 0) this.#letIn()
    })
  }

  #letIn(): void {
    let count = 0
    for (const waiting of this.#waiting) {
      if (count >= this.#batch) return
      count += 1
      this.#waiting.delete(waiting)
      this.#inside += 1
      let inside = true
      waiting.enter(() => {
        if (inside) this.#inside -= 1
        inside = false
        this.#schedule()
      })
    }
  }
}
