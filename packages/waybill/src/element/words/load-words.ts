/**
 * Loads a language's texts. Some English texts are available at once; other languages are separate
 * chunks.
 *
 * @module
 */

import type { UploadWords } from './english.ts'
import { FIRST_WORDS } from './first-words.ts'
import { Texts } from './texts.ts'

/** Loads the texts of each language. English is not listed because it needs no chunk. */
export const LANGUAGES: Readonly<Record<string, () => Promise<UploadWords>>> = {
  ar: async () => (await import('./arabic.ts')).ARABIC,
  de: async () => (await import('./german.ts')).GERMAN,
  es: async () => (await import('./spanish.ts')).SPANISH,
  fr: async () => (await import('./french.ts')).FRENCH,
  ja: async () => (await import('./japanese.ts')).JAPANESE,
  pt: async () => (await import('./portuguese.ts')).PORTUGUESE,
}

const RIGHT_TO_LEFT = /^(?:ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)(?:-|$)/i

/**
 * Returns the texts that are available before anything is loaded: some English texts and the page's
 * own.
 *
 * @param lang - The page's language. Its number formats are used only if the texts are in that
 *   language.
 */
export function firstTexts(lang: string, own: Readonly<Partial<UploadWords>> = {}): Texts {
  // Danish number formats in English texts would confuse readers.
  const isSaid = primary(lang) === 'en' || Object.keys(own).length > 0
  return new Texts(isSaid ? lang : 'en', { ...FIRST_WORDS, ...own })
}

/** @throws If the chunk cannot be loaded. */
export async function loadTexts(
  lang: string,
  own: Readonly<Partial<UploadWords>> = {},
): Promise<Texts> {
  const load = Object.hasOwn(LANGUAGES, primary(lang)) ? LANGUAGES[primary(lang)] : undefined
  return load ? new Texts(lang, { ...(await load()), ...own }) : firstTexts(lang, own)
}

export function directionOf(lang: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(lang) ? 'rtl' : 'ltr'
}

function primary(lang: string): string {
  return lang.toLowerCase().split('-', 1)[0] ?? ''
}
