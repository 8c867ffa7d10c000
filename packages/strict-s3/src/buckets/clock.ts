/**
 * The clock of the server, and the order of its writes.
 *
 * @module
 */

export interface Clock {
  readonly now: () => Date
  /** Returns a larger number on every call. */
  readonly nextSequence: () => number
}
