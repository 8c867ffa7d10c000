/**
 * Spaces announcements out so that a screen reader can finish each one.
 *
 * @module
 */

export interface Pace {
  /** Changes within this time are announced together. */
  readonly gatherMs: number
  /** Minimum time between two announcements. */
  readonly pauseMs: number
}

export type After = (delayMs: number, run: () => void) => void

/**
 * @param compose - Called when it is time to announce. An empty string announces nothing.
 * @returns A function to call when there is something to announce.
 */
export function calmSpeaker(
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
