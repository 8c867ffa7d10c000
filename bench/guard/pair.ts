/**
 * A pair: an operation of ours, and the least that the platform must do for it. Both are the same
 * kind of work, so that their ratio depends little on the machine.
 *
 * @module
 */

/** Runs so many times, one after another or over connections of its own. */
export type Work = (times: number) => Promise<void>

/** A pair that is ready to run. */
export interface RunningPair {
  readonly bare: Work
  readonly ours: Work
  stop?(): Promise<void>
}

/** A pair. */
export interface Pair {
  /** The operation, and what it is compared with. */
  readonly name: string
  start(): Promise<RunningPair>
}

/** Makes a work of a function that needs no other thread. */
export function repeated(once: () => unknown): Work {
  return async (times) => {
    for (let done = 0; done < times; done += 1) {
      const result = once()
      if (result instanceof Promise) await result
    }
  }
}
