/** @throws {TypeError} If the page has no such element. */
export function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${kind.name} #${id}`)
  return found
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** `label` is for screen readers, and should also name the object. */
export function button(text: string, label: string, onClick: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', className: 'quiet', ariaLabel: label }, text)
  made.addEventListener('click', onClick)
  return made
}

/**
 * Splits a name so that a style sheet can shorten it without hiding its extension. Screen readers
 * read the whole name.
 */
export function nameParts(name: string): readonly HTMLElement[] {
  const end = Math.max(0, name.length - 8)
  return [
    make('span', { className: 'unseen' }, name),
    make('span', { className: 'start', ariaHidden: 'true' }, name.slice(0, end)),
    make('span', { className: 'end', ariaHidden: 'true' }, name.slice(end)),
  ]
}
