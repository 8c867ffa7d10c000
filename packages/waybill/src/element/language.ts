import { loadChunk } from '../client/load-chunk.ts'
import type { UploadWords } from './words/english.ts'
import { directionOf, firstTexts, loadTexts } from './words/load-words.ts'
import type { Texts } from './words/texts.ts'

type OwnWords = Readonly<Partial<UploadWords>> | undefined

export class Language {
  readonly #onChange: () => void
  #texts = firstTexts('en')
  #lang = 'en'
  #own: OwnWords

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get texts(): Texts {
    return this.#texts
  }

  use(lang: string, own: OwnWords): void {
    if (lang === this.#lang && own === this.#own) return
    this.#lang = lang
    this.#own = own
    this.#texts = firstTexts(lang, own)
    void this.#load()
  }

  async #load(): Promise<void> {
    const [lang, own] = [this.#lang, this.#own]
    // If the texts cannot be loaded, they stay English.
    const texts = await loadChunk(() => loadTexts(lang, own)).catch(() => undefined)
    if (!texts || lang !== this.#lang || own !== this.#own) return
    this.#texts = texts
    this.#onChange()
  }
}

/** @returns The inherited `lang`, or the browser's language. */
export function langOf(element: Element): string {
  for (let at: Element | undefined = element; at; at = parentOf(at)) {
    const lang = at.getAttribute('lang')
    if (lang) return lang
  }
  return navigator.language
}

/** Crosses shadow roots, because shadow trees inherit `lang`. */
function parentOf(element: Element): Element | undefined {
  if (element.parentElement) return element.parentElement
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : undefined
}

/**
 * @returns The element's `dir`; if it has none, `rtl` if the texts or the page run right to left.
 */
export function dirOf(element: Element, { lang }: Texts): 'ltr' | 'rtl' {
  const own = element.getAttribute('dir')
  if (own === 'ltr' || own === 'rtl') return own
  if (directionOf(lang) === 'rtl') return 'rtl'
  // With many rows, reading the computed style would take longer than rendering.
  return element.matches(':dir(rtl)') ? 'rtl' : 'ltr'
}
