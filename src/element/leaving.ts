/**
 * Asks before the page is left while files are under way.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/Window/beforeunload_event
 * @module
 */

/** Asks for one element. */
export class Leaving {
  readonly #ask = (event: BeforeUnloadEvent) => event.preventDefault()

  /** Listens only while files may be lost: browsers keep no page for "back" that listens. */
  update(isUnderWay: boolean): void {
    if (isUnderWay) addEventListener('beforeunload', this.#ask)
    else removeEventListener('beforeunload', this.#ask)
  }
}
