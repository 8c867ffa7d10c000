/**
 * `waybill/words` – the texts of `<waybill-upload>` for interfaces of your own: why an upload
 * failed and what to do, what it does now, sizes and times. English, German, Spanish and Arabic.
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
 * The texts in English, at once. Numbers and sizes are written as in English too.
 *
 * @param own - Replaces single texts.
 */
export function englishSpeech(own: Readonly<Partial<UploadWords>> = {}): Speech {
  return new Speech('en', { ...ENGLISH, ...own })
}

/**
 * Loads the texts of a language, in a chunk of its own. Languages without texts get English.
 *
 * @param lang - A language tag: `de`, `es-MX`.
 * @param own - Replaces single texts, or adds a language.
 * @throws When the chunk cannot be loaded. `englishSpeech()` is always there.
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
