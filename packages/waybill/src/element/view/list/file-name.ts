/**
 * Renders a file name on one line. Long names are truncated in the middle, so that the extension
 * stays visible.
 *
 * @module
 */

import { html, type TemplateResult } from 'lit'

/** Names with a shorter head fit everywhere, so they are not split. */
const MIN_HEAD = 4
/** Characters before the extension that always stay visible, to tell `…-01.jpg` from `…-02.jpg`. */
const KEPT = 3
const MAX_EXTENSION = 10
/** In these scripts, the two halves of a split number would appear in the wrong order. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Created only once, because creating one takes as long as rendering ten rows. */
let segmenter: Intl.Segmenter | undefined

export function divideName(name: string): readonly [head: string, tail: string] {
  // Splitting between graphemes keeps an accent with its letter.
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
  // The name is displayed in two parts, but screen readers should read it as one.
  return html`<bdi class="name" part="name" dir="auto" title=${name}
    ><span class="unseen">${name}</span
    ><span class="head" aria-hidden="true">${head}</span><span class="tail" aria-hidden="true">${tail}</span></bdi
  >`
}
