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
const ELLIPSIS = '…'
/** In pixels. Browsers round widths differently. */
const TOLERANCE = 0.05
/** In these scripts, the two halves of a split number would appear in the wrong order. */
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u

/** Created only once, because creating one takes as long as rendering ten rows. */
let segmenter: Intl.Segmenter | undefined

let observer: ResizeObserver | undefined

export function divideName(name: string): readonly [head: string, tail: string] {
  const letters = lettersOf(name)
  const dot = letters.lastIndexOf('.')
  const hasExtension = dot > 0 && letters.length - dot <= MAX_EXTENSION
  const kept = RIGHT_TO_LEFT.test(name) ? 0 : KEPT
  const end = (hasExtension ? dot : letters.length) - kept
  if (end < MIN_HEAD) return [name, '']
  return [letters.slice(0, end).join(''), letters.slice(end).join('')]
}

/** Splitting between graphemes keeps an accent with its letter. */
function lettersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

export function renderName(name: string): TemplateResult {
  const [head, tail] = divideName(name)
  if (!tail) return html`<bdi class="name" part="name">${name}</bdi>`
  // The name is displayed in two parts, but screen readers should read it as one.
  return html`<bdi class="name" part="name" dir="auto" title=${name}
    ><span class="unseen">${name}</span
    ><span class="head" aria-hidden="true" .textContent=${head}></span><span class="tail" aria-hidden="true">${tail}</span></bdi
  >`
}

/**
 * Shortens the name in this line whenever the width changes. `text-overflow` alone would leave a gap
 * of up to a letter between the ellipsis and the tail.
 */
export function fitName(line: Element | undefined): void {
  observer ??= new ResizeObserver((entries) => fitNames(entries.map(({ target }) => target)))
  if (line) observer.observe(line)
}

/** Separates reads from writes, so that the browser does not lay out the page for each name. */
function fitNames(lines: readonly Element[]): void {
  const names = lines.flatMap((line) => {
    const head = line.querySelector<HTMLElement>('.head')
    const [full] = divideName(head?.closest<HTMLElement>('.name')?.title ?? '')
    return head ? { head, full } : []
  })
  for (const { head, full } of names) head.textContent = `${full}${ELLIPSIS}`
  const fitted = names.map(({ head, full }) => fittingPart(head, full))
  for (const [index, { head }] of names.entries()) head.textContent = fitted[index] ?? ''
}

function fittingPart(head: HTMLElement, full: string): string {
  const text = head.firstChild
  if (!text) return full
  const range = document.createRange()
  const widthOf = (start: number, end: number) => {
    range.setStart(text, start)
    range.setEnd(text, end)
    return range.getBoundingClientRect().width
  }
  const { width } = head.getBoundingClientRect()
  if (widthOf(0, full.length) <= width + TOLERANCE) return full
  const room = width + TOLERANCE - widthOf(full.length, full.length + 1)
  let [part, longer] = ['', '']
  for (const letter of lettersOf(full)) {
    longer += letter
    if (widthOf(0, longer.length) > room) break
    part = longer
  }
  return `${part.trimEnd()}${ELLIPSIS}`
}
