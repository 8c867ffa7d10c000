/**
 * The parts of `index.html` that the script works with, found by id and by kind, so that a page and a script that have
 * grown apart fail at once and by name.
 *
 * @module
 */

/** @throws {TypeError} When the page has no such element. */
export function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${kind.name} #${id}`)
  return found
}

/** Shows one of several elements that stand in the same place. */
export function showOnly(shown: HTMLElement, among: readonly HTMLElement[]): void {
  for (const one of among) one.hidden = one !== shown
}

/** @param label - What a screen reader says, where the text alone does not say of what. */
export function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'quiet'
  made.textContent = text
  made.ariaLabel = label
  made.addEventListener('click', onClick)
  return made
}
