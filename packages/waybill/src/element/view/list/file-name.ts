/**
 * A file name in one line. If it is too long, its middle is cut, because its end says what it is.
 *
 * @module
 */

import { html, type TemplateResult } from 'lit'

/** With a shorter beginning, a name fits everywhere. */
const MIN_HEAD = 4
/** Characters before the extension that are always shown: `…-01.jpg` is not `…-02.jpg`. */
const KEPT = 3
const MAX_EXTENSION = 10
/** Scripts in which a divided number would be shown in the wrong order. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Making one takes as long as drawing ten rows. */
let segmenter: Intl.Segmenter | undefined

/** Divides a name: the first part may be cut, the second is always shown. */
export function divideName(name: string): readonly [head: string, tail: string] {
  // By characters as people count them: an accent stays with its letter.
  segmenter ??= new Intl.Segmenter()
  const letters = Array.from(segmenter.segment(name), ({ segment }) => segment)
  const dot = letters.lastIndexOf('.')
  const hasExtension = dot > 0 && letters.length - dot <= MAX_EXTENSION
  const kept = RIGHT_TO_LEFT.test(name) ? 0 : KEPT
  const end = (hasExtension ? dot : letters.length) - kept
  if (end < MIN_HEAD) return [name, '']
  return [letters.slice(0, end).join(''), letters.slice(end).join('')]
}

/** Draws a name. */
export function renderName(name: string): TemplateResult {
  const [head, tail] = divideName(name)
  if (!tail) return html`<bdi class="name" part="name">${name}</bdi>`
  // Screen readers read it as one text; it is shown in two parts.
  return html`<bdi class="name" part="name" dir="auto" title=${name}
    ><span class="unseen">${name}</span
    ><span class="head" aria-hidden="true">${head}</span><span class="tail" aria-hidden="true">${tail}</span></bdi
  >`
}
