/**
 * Says texts with pauses between them, so that a screen reader can read each to its end.
 *
 * @module
 */

/** How long texts are gathered and kept apart. */
export interface Pace {
  /** Changes within this time are said together. */
  readonly gatherMs: number
  /** The shortest time between two texts. */
  readonly pauseMs: number
}

/** Runs a function after a time. */
export type After = (delayMs: number, run: () => void) => void

/**
 * Makes a speaker.
 *
 * @param say - Says a text.
 * @param compose - Makes the text when it is time to say it; an empty text is not said.
 * @returns A function to call when there is something to say.
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
