/**
 * Finds the language of the element and loads its texts.
 *
 * @module
 */

import type { UploadWords } from './words/english.ts'
import { directionOf, firstSpeech, loadSpeech } from './words/load-words.ts'
import type { Speech } from './words/speech.ts'

type OwnWords = Readonly<Partial<UploadWords>> | undefined

export class Language {
  readonly #onChange: () => void
  #speech = firstSpeech('en')
  #lang = 'en'
  #own: OwnWords

  /** @param onChange - Called when other texts have been loaded. */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get speech(): Speech {
    return this.#speech
  }

  /** @param own - Texts of the page, which replace the element's. */
  use(lang: string, own: OwnWords): void {
    if (lang === this.#lang && own === this.#own) return
    this.#lang = lang
    this.#own = own
    this.#speech = firstSpeech(lang, own)
    void this.#load()
  }

  async #load(): Promise<void> {
    const [lang, own] = [this.#lang, this.#own]
    // If the language cannot be loaded, the texts stay English.
    const speech = await loadSpeech(lang, own).catch(() => undefined)
    if (!speech || lang !== this.#lang || own !== this.#own) return
    this.#speech = speech
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

/** `lang` is inherited into shadow trees. */
function parentOf(element: Element): Element | undefined {
  if (element.parentElement) return element.parentElement
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? root.host : undefined
}

/** @returns The direction of the texts, or of a page that is mirrored. */
export function dirOf(element: Element, { lang }: Speech): 'ltr' | 'rtl' {
  const own = element.getAttribute('dir')
  if (own === 'ltr' || own === 'rtl') return own
  if (directionOf(lang) === 'rtl') return 'rtl'
  // Not the computed style: with many rows, reading it costs more than rendering.
  return element.matches(':dir(rtl)') ? 'rtl' : 'ltr'
}
