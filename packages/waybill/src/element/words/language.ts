/**
 * Decides which language the texts are in, and loads them. Some English texts are available at
 * once; other languages are separate chunks.
 *
 * @module
 */

import { loadChunk } from '../../client/load-chunk.ts'
import type { UploadWords } from './english.ts'
import { FIRST_WORDS } from './first-words.ts'
import { Texts } from './texts.ts'

type OwnWords = Readonly<Partial<UploadWords>>

/** Loads the texts of each language. English is not listed because it needs no chunk. */
export const LANGUAGES: Readonly<Record<string, () => Promise<UploadWords>>> = {
  ar: async () => (await import('./arabic.ts')).ARABIC,
  de: async () => (await import('./german.ts')).GERMAN,
  es: async () => (await import('./spanish.ts')).SPANISH,
  fr: async () => (await import('./french.ts')).FRENCH,
  ja: async () => (await import('./japanese.ts')).JAPANESE,
  pt: async () => (await import('./portuguese.ts')).PORTUGUESE,
}

/**
 * Returns the texts that are available before anything is loaded: some English texts and the page's
 * own.
 *
 * @param lang - The page's language. Its number formats are used only if the texts are in that
 *   language.
 */
export function firstTexts(lang: string, own: OwnWords = {}): Texts {
  // Danish number formats in English texts would confuse readers.
  const isSaid = primary(lang) === 'en' || Object.keys(own).length > 0
  return new Texts(isSaid ? lang : 'en', { ...FIRST_WORDS, ...own })
}

/** @throws If the chunk cannot be loaded. */
export async function loadTexts(lang: string, own: OwnWords = {}): Promise<Texts> {
  const load = Object.hasOwn(LANGUAGES, primary(lang)) ? LANGUAGES[primary(lang)] : undefined
  return load ? new Texts(lang, { ...(await load()), ...own }) : firstTexts(lang, own)
}

function primary(lang: string): string {
  return lang.toLowerCase().split('-', 1)[0] ?? ''
}

export class Language {
  readonly #onChange: () => void
  #texts = firstTexts('en')
  #lang = 'en'
  #own: OwnWords | undefined

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  get texts(): Texts {
    return this.#texts
  }

  use(lang: string, own: OwnWords | undefined): void {
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

const RIGHT_TO_LEFT = /^(?:ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)(?:-|$)/i

export function directionOf(lang: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(lang) ? 'rtl' : 'ltr'
}
