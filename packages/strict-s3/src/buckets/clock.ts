export interface Clock {
  readonly now: () => Date
  /** Returns a larger number on every call. */
  readonly nextSequence: () => number
}
