/**
 * Makes the browser ask for confirmation when the user leaves the page while uploads are in flight.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/Window/beforeunload_event
 * @module
 */

export class Leaving {
  readonly #ask = (event: BeforeUnloadEvent) => event.preventDefault()

  /**
   * Listens only while needed, because the listener keeps the page out of the back/forward cache.
   */
  update(isUnderWay: boolean): void {
    if (isUnderWay) addEventListener('beforeunload', this.#ask)
    else removeEventListener('beforeunload', this.#ask)
  }
}
