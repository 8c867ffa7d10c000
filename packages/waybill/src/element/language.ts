/**
 * Finds the language of the element, and its words in this language.
 *
 * @module
 */

import type { UploadWords } from './words/english.ts'
import { directionOf, firstSpeech, loadSpeech } from './words/load-words.ts'
import type { Speech } from './words/speech.ts'

type OwnWords = Readonly<Partial<UploadWords>> | undefined

/** The words of one element. */
export class Language {
  readonly #onChange: () => void
  #speech = firstSpeech('en')
  #lang = 'en'
  #own: OwnWords

  /** @param onChange - Called when the words have changed. */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get speech(): Speech {
    return this.#speech
  }

  /** @param own - The page's words, in place of the element's. */
  use(lang: string, own: OwnWords): void {
    if (lang === this.#lang && own === this.#own) return
    this.#lang = lang
    this.#own = own
    this.#speech = firstSpeech(lang, own)
    void this.#load()
  }

  async #load(): Promise<void> {
    const [lang, own] = [this.#lang, this.#own]
    // Without the words of the language, the texts are English.
    const speech = await loadSpeech(lang, own).catch(() => undefined)
    if (!speech || lang !== this.#lang || own !== this.#own) return
    this.#speech = speech
    this.#onChange()
  }
}

/** @returns The language of the place where an element stands, else the browser's. */
export function langOf(element: Element): string {
  for (let at: Element | undefined = element; at; at = parentOf(at)) {
    const lang = at.getAttribute('lang')
    if (lang) return lang
  }
  return navigator.language
}

/** Languages inherit into shadow trees. */
function parentOf(element: Element): Element | undefined {
  if (element.parentElement) return element.parentElement
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : undefined
}

/** @returns The direction of the words, or that of the page where it is mirrored. */
export function dirOf(element: Element, { lang }: Speech): 'ltr' | 'rtl' {
  const own = element.getAttribute('dir')
  if (own === 'ltr' || own === 'rtl') return own
  if (directionOf(lang) === 'rtl') return 'rtl'
  // Not the computed style: while many rows are drawn, reading it costs more than drawing.
  return element.matches(':dir(rtl)') ? 'rtl' : 'ltr'
}
