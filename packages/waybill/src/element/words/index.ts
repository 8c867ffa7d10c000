/**
 * `waybill/words` – the texts of `<waybill-upload>` for your own interface: states, sizes, times,
 * and error messages that say what to do. Available in English, Arabic, French, German, Japanese,
 * Portuguese and Spanish.
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
 * Returns the English texts with English number formats.
 *
 * @param own - Texts that replace individual English ones.
 */
export function englishSpeech(own: Readonly<Partial<UploadWords>> = {}): Speech {
  return new Speech('en', { ...ENGLISH, ...own })
}

/**
 * Loads a language's texts, which are a separate chunk. Unknown languages fall back to English.
 *
 * @param lang - A language tag, such as `de` or `es-MX`.
 * @param own - Replaces individual texts, or provides all texts in a language that Waybill lacks.
 * @throws If the chunk cannot be loaded. Use `englishSpeech()` in that case.
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
