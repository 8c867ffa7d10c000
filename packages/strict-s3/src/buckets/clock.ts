/**
 * The clock of the server, and the order of its writes.
 *
 * @module
 */

/** The clock and the sequence numbers. */
export interface Clock {
  readonly now: () => Date
  /** Returns a number larger than all before. */
  readonly nextSequence: () => number
}
