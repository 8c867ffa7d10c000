/**
 * The server's clock, and the order of its writes.
 *
 * @module
 */

export interface Clock {
  readonly now: () => Date
  /** @returns A number larger than all before it. */
  readonly nextSequence: () => number
}
