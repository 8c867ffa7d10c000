/**
 * A file name on one line. Long names are truncated in the middle, to keep the extension visible.
 *
 * @module
 */

import { html, type TemplateResult } from 'lit'

/** Shorter names fit everywhere. */
const MIN_HEAD = 4
/** Characters before the extension that are always shown: `…-01.jpg` is not `…-02.jpg`. */
const KEPT = 3
const MAX_EXTENSION = 10
/** Scripts in which a number split in two would be displayed in the wrong order. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Creating one takes as long as rendering ten rows. */
let segmenter: Intl.Segmenter | undefined

/** Splits a name: the head can be truncated, the tail is always shown. */
export function divideName(name: string): readonly [head: string, tail: string] {
  // By grapheme: an accent stays with its letter.
  segmenter ??= new Intl.Segmenter()
  const letters = Array.from(segmenter.segment(name), ({ segment }) => segment)
  const dot = letters.lastIndexOf('.')
  const hasExtension = dot > 0 && letters.length - dot <= MAX_EXTENSION
  const kept = RIGHT_TO_LEFT.test(name) ? 0 : KEPT
  const end = (hasExtension ? dot : letters.length) - kept
  if (end < MIN_HEAD) return [name, '']
  return [letters.slice(0, end).join(''), letters.slice(end).join('')]
}

export function renderName(name: string): TemplateResult {
  const [head, tail] = divideName(name)
  if (!tail) return html`<bdi class="name" part="name">${name}</bdi>`
  // Displayed in two parts, but screen readers read one text.
  return html`<bdi class="name" part="name" dir="auto" title=${name}
    ><span class="unseen">${name}</span
    ><span class="head" aria-hidden="true">${head}</span><span class="tail" aria-hidden="true">${tail}</span></bdi
  >`
}
