/**
 * Spaces announcements out so that a screen reader can finish each one.
 *
 * @module
 */

export interface Pace {
  /** Changes within this time are combined into one announcement. */
  readonly gatherMs: number
  /** Minimum time between two announcements. */
  readonly pauseMs: number
}

export type After = (delayMs: number, run: () => void) => void

/**
 * @param compose - Returns the next announcement, or an empty string if there is nothing to say.
 * @returns A function to call when there may be something to announce.
 */
export function throttledAnnouncer(
  { gatherMs, pauseMs }: Pace,
  say: (text: string) => void,
  compose: () => string,
  after: After,
): () => void {
  let isBusy = false
  let isWanted = false
  const want = () => {
    isWanted = true
    if (isBusy) return
    isBusy = true
    after(gatherMs, speak)
  }
  const speak = () => {
    isWanted = false
    const text = compose()
    if (text) say(text)
    after(text ? pauseMs - gatherMs : 0, () => {
      isBusy = false
      if (isWanted) want()
    })
  }
  return want
}
