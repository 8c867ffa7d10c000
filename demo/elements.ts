/** @throws {TypeError} If the page has no such element. */
export function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${kind.name} #${id}`)
  return found
}

export function showOnly(shown: HTMLElement, among: readonly HTMLElement[]): void {
  for (const one of among) one.hidden = one !== shown
}

/** `label` is for screen readers, and should also name the object. */
export function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'quiet'
  made.textContent = text
  made.ariaLabel = label
  made.addEventListener('click', onClick)
  return made
}
