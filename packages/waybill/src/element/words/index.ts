/**
 * `waybill/words` – the texts of `<waybill-upload>` for your own interface: states, errors with what
 * to do, sizes and times. In English, German, Spanish and Arabic.
 *
 * @module
 */

import { stateWords } from '../view/list/row-state.ts'
import { ENGLISH, type UploadWords } from './english.ts'
import { failureWords } from './failure-words.ts'
import { loadSpeech as loadFirstSpeech } from './load-words.ts'
import { Speech } from './speech.ts'

export { failureWords, type Speech, stateWords }

/**
 * Returns the English texts, with English number formats.
 *
 * @param own - Replaces single texts.
 */
export function englishSpeech(own: Readonly<Partial<UploadWords>> = {}): Speech {
  return new Speech('en', { ...ENGLISH, ...own })
}

/**
 * Loads the texts of a language as a separate chunk. Unknown languages get English.
 *
 * @param lang - A language tag: `de`, `es-MX`.
 * @param own - Replaces single texts, or adds a language.
 * @throws If the chunk cannot be loaded. Fall back to `englishSpeech()`.
 * @example
 * ```ts
 * const speech = await loadSpeech(navigator.language)
 * console.log(speech.size(file.size), speech.duration(90))
 * ```
 */
export async function loadSpeech(
  lang: string,
  own: Readonly<Partial<UploadWords>> = {},
): Promise<Speech> {
  return (await loadFirstSpeech(lang, own)).alsoSay(ENGLISH)
}
