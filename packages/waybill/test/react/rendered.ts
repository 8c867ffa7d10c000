/**
 * Components of the tests, in a page, and the signer that they ask.
 *
 * @module
 */

import { createElement, type ReactElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { onTestFinished } from 'vitest'

export interface Rendered {
  readonly place: HTMLElement
  /** Shows another element in place of the one before. */
  show(element: ReactElement): void
  unmount(): void
  find<E extends HTMLElement>(selector: string): E
}

/** Renders under StrictMode, as applications in development do. */
export function render(element: ReactElement): Rendered {
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  const show = (shown: ReactElement) => root.render(createElement(StrictMode, null, shown))
  show(element)
  onTestFinished(() => {
    root.unmount()
    place.remove()
  })
  return {
    place,
    show,
    unmount: () => root.unmount(),
    find: <E extends HTMLElement>(selector: string) => {
      const found = place.querySelector<E>(selector)
      if (!found) throw new Error(`the page has no ${selector}`)
      return found
    },
  }
}
