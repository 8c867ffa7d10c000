import { make } from '../elements.ts'
import type { Stamp } from './label.ts'

/** The one place that says what has just happened. */
export interface Result {
  /** Says what will happen, or is happening. */
  say(text: string): void
  /** @param why - A sentence. */
  show(stamp: Stamp, why: string): void
}

/** @param root - An empty element. It should have the role `status`. */
export function createResult(root: HTMLElement): Result {
  return {
    say: (text) => {
      root.textContent = text
    },
    show: ({ word, detail }, why) => {
      const said = make('b', {}, `${word} ${detail}`)
      said.dataset.word = word
      root.replaceChildren(said, ` ${why}`)
    },
  }
}
