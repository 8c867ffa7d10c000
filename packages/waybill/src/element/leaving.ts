/**
 * Asks the user before the page is left while files are under way.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/Window/beforeunload_event
 * @module
 */

/** The question of one element. */
export class Leaving {
  readonly #ask = (event: BeforeUnloadEvent) => event.preventDefault()

  /** Listens only while files may be lost: the listener keeps a page out of the "back" cache. */
  update(isUnderWay: boolean): void {
    if (isUnderWay) addEventListener('beforeunload', this.#ask)
    else removeEventListener('beforeunload', this.#ask)
  }
}
