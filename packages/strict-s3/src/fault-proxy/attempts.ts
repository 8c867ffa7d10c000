/** After this many different requests, counts start again from 0, to limit memory use. */
const MAX_KNOWN_REQUESTS = 100_000

/** Counts how often the same request was sent before. */
export class Attempts {
  readonly #counts = new Map<string, number>()

  /** Returns 0 for a request that was not sent before, and counts it. */
  next(identity: string): number {
    const attempt = this.#counts.get(identity) ?? 0
    // A page can request any number of different paths.
    if (this.#counts.size >= MAX_KNOWN_REQUESTS) this.#counts.clear()
    this.#counts.set(identity, attempt + 1)
    return attempt
  }
}
