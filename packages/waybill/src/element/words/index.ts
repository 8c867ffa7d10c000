/**
 * `waybill/words` – the texts of `<waybill-upload>` for your own interface: states, sizes, times,
 * and error messages that say what to do. Available in English, Arabic, French, German, Japanese,
 * Portuguese and Spanish.
 *
 * @module
 */

import { ENGLISH, type UploadWords } from './english.ts'
import { failureWords } from './failure-words.ts'
import { loadTexts as loadFirstTexts } from './language.ts'
import { stateWords } from './state-words.ts'
import { Texts } from './texts.ts'

export { failureWords, stateWords, type Texts }

/**
 * Returns the English texts with English number formats.
 *
 * @param own - Texts that replace individual English ones.
 */
export function englishTexts(own: Readonly<Partial<UploadWords>> = {}): Texts {
  return new Texts('en', { ...ENGLISH, ...own })
}

/**
 * Loads a language's texts, which are a separate chunk. Unknown languages fall back to English.
 *
 * @param lang - A language tag, such as `de` or `es-MX`.
 * @param own - Replaces individual texts, or provides all texts in a language that Waybill lacks.
 * @throws If the chunk cannot be loaded. Use `englishTexts()` in that case.
 * @example
 * ```ts
 * const texts = await loadTexts(navigator.language)
 * console.log(texts.size(file.size), texts.duration(90))
 * ```
 */
export async function loadTexts(
  lang: string,
  own: Readonly<Partial<UploadWords>> = {},
): Promise<Texts> {
  return (await loadFirstTexts(lang, own)).alsoSay(ENGLISH)
}
