/**
 * Finds the words for a language: the first in English at once, other languages from a chunk of
 * their own.
 *
 * @module
 */

import type { UploadWords } from './english.ts'
import { FIRST_WORDS } from './first-words.ts'
import { Speech } from './speech.ts'

const LANGUAGES: Readonly<Record<string, () => Promise<UploadWords>>> = {
  ar: async () => (await import('./arabic.ts')).ARABIC,
  de: async () => (await import('./german.ts')).GERMAN,
  es: async () => (await import('./spanish.ts')).SPANISH,
}

const RIGHT_TO_LEFT = /^(?:ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)(?:-|$)/i

/**
 * What can be said before anything is loaded: the first words in English, with the page's own words
 * in their place.
 *
 * @param lang - The language of the page. Numbers and times follow it where the words do.
 * @param own - Words of the page.
 */
export function firstSpeech(lang: string, own: Readonly<Partial<UploadWords>> = {}): Speech {
  // French numbers beside English words would confuse a reader.
  const isSaid = primary(lang) === 'en' || Object.keys(own).length > 0
  return new Speech(isSaid ? lang : 'en', { ...FIRST_WORDS, ...own })
}

/**
 * Loads the words of a language.
 *
 * @param lang - A language tag: `de`, `de-AT`.
 * @param own - Words of the page, which come first.
 * @returns The speech; as from `firstSpeech` for a language without words here.
 * @throws When the chunk cannot be loaded.
 */
export async function loadSpeech(
  lang: string,
  own: Readonly<Partial<UploadWords>> = {},
): Promise<Speech> {
  const load = Object.hasOwn(LANGUAGES, primary(lang)) ? LANGUAGES[primary(lang)] : undefined
  return load ? new Speech(lang, { ...(await load()), ...own }) : firstSpeech(lang, own)
}

/** The direction in which a language is written. */
export function directionOf(lang: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.test(lang) ? 'rtl' : 'ltr'
}

function primary(lang: string): string {
  return lang.toLowerCase().split('-', 1)[0] ?? ''
}
