import type { Effects } from '../effects.ts'
import { ConnectionBudget } from './connection-budget.ts'

/**
 * The bucket's second host name, for which browsers open additional connections. It is used on
 * networks that lose packets; see `part-limit.ts`. It starts with one connection and can grow to as
 * many as the first host name has.
 *
 * A proxy, a DNS resolver or a policy may block the name. It is given up if its first request fails
 * or, later, if two requests in a row fail.
 */
export class SecondHost {
  readonly budget: ConnectionBudget
  readonly #givenUp = new AbortController()
  /** Whether the last request to this host succeeded. */
  #isProven = false

  constructor(max: number, monotonicMs: Effects['monotonicMs']) {
    this.budget = new ConnectionBudget(max, monotonicMs, 1)
  }

  get isOpen(): boolean {
    return !this.#givenUp.signal.aborted
  }

  /**
   * @param attempt - Its signal is aborted when the host name is given up.
   * @returns Whether the attempt succeeded.
   * @throws `signal.reason` when the signal has been aborted.
   */
  async attempt(
    signal: AbortSignal,
    attempt: (signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    try {
      await attempt(AbortSignal.any([signal, this.#givenUp.signal]))
      this.#isProven = true
    } catch {
      signal.throwIfAborted()
      if (!this.#isProven) this.#givenUp.abort()
      this.#isProven = false
      return false
    }
    return true
  }
}
