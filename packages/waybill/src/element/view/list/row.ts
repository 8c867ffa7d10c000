/**
 * The row for one file. When a button's action changes, its DOM element stays the same, so that it
 * keeps focus. A long name is truncated in the middle, so that the extension stays visible.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { ref } from 'lit/directives/ref.js'
import { isRejected, type UploadItem } from '../../../client/list/upload-list.ts'
import { isFinal, type UploadAction } from '../../../client/upload/upload-state.ts'
import { failureSentence } from '../../words/failure-words.ts'
import { isSentAgain, stateWords } from '../../words/state-words.ts'
import { type IconName, icon } from '../icons.ts'
import type { ViewActions, ViewModel } from '../view-model.ts'
import {
  actionOf,
  removalOf,
  renderBar,
  renderFigures,
  renderMessage,
  renderReference,
  renderThumbnail,
  shareOf,
} from './row-parts.ts'

const ACTION_ICONS: Readonly<Record<UploadAction, IconName>> = {
  start: 'start',
  pause: 'pause',
  resume: 'start',
  retry: 'retry',
}

/** In characters. On a phone, a longer label would leave too little room for the explanation. */
const SHORT_LABEL = 7

export function renderRow(
  item: UploadItem,
  model: ViewModel,
  actions: ViewActions,
): TemplateResult {
  const { id, name, state } = item
  const isRemoved = model.removed.has(id)
  const shown = isRemoved ? 'removed' : isRejected(item) ? 'rejected' : state
  const isTile = model.layout === 'grid' && shown !== 'failed' && shown !== 'rejected'
  // A tick alone would say that all is well.
  const isChecking = item.verdict?.verdict === 'pending'
  const look = `${isTile ? 'tile ' : ''}${shown}${isChecking ? ' checking' : ''}`
  // `tabindex` lets the row receive focus when its focused button is removed. `role=listitem` is
  // needed because the block element between the list and its rows breaks the list semantics.
  return html`
    <li class="row ${look}" part="row ${look}" data-id=${id} role="listitem" tabindex="-1">
      ${renderThumbnail(item, shown)}
      <div class="what">
        <div class="line" ${ref(fitName)}>
          ${guard([name], () => renderName(name))}
          <span class="percent">${isRemoved ? '' : percentOf(item, model)}</span>
        </div>
        ${renderBar(sharesOf(item), {
          label: model.texts.say('progressOf', { name }),
          valueText: valueText(item, model),
          state: shown,
        })}
        <div class="about" part="status ${shown}">${isRemoved ? model.texts.say('removed') : renderStatus(item, model)}</div>
        ${renderMessage(item, model)}
        <slot name="item-${id}"></slot>
      </div>
      <div class="buttons">${isRemoved ? renderUndo(item, model, actions) : renderButtons(item, model, actions)}</div>
    </li>
  `
}

function sharesOf({ progress, size }: UploadItem) {
  const { fraction, stored } = progress
  return { sent: fraction, stored: shareOf(stored, { fraction, size }) }
}

function percentOf({ state, progress }: UploadItem, { texts }: ViewModel): string {
  return progress.fraction > 0 && !isFinal(state) ? texts.percent(progress.fraction) : ''
}

function valueText(item: UploadItem, { texts, now }: ViewModel): string {
  const percent = texts.percent(item.progress.fraction)
  return item.state === 'uploading' && !isSentAgain(item)
    ? percent
    : `${percent}, ${stateWords(item, texts, now)}`
}

function renderStatus(item: UploadItem, model: ViewModel) {
  const { texts, now, timesLeft, total } = model
  const { state, progress, size } = item
  const { sent, bytesPerSecond: rate, remainingSeconds } = progress
  if (state === 'uploading') {
    const again = isSentAgain(item) ? stateWords(item, texts, now) : undefined
    // The total and the row of the last upload show the same time.
    const of = remainingSeconds === total.secondsLeft ? timesLeft : item.upload
    const left = timesLeft?.steady(of ?? item, remainingSeconds, now)
    const percent = percentOf(item, model)
    return html`${percent && html`<bdi class="percent">${percent}</bdi>`}${renderFigures({ sent, size, rate, left }, texts, again)}`
  }
  const text = item.error ? failureSentence(item.error, texts) : stateWords(item, texts, now)
  const words = html`<span class="words" dir="auto">${text}</span>`
  if (state === 'waiting')
    return html`<div class="why">${words}</div>
      ${renderReference(item, model)}`
  if (state === 'failed' || isRejected(item)) {
    return html`<div class="why" title=${text}>${icon('failed')}${words}</div>
      ${renderReference(item, model)}`
  }
  if (state === 'done') return html`${icon('done')}${words}<bdi>${texts.size(size)}</bdi>`
  if (state === 'paused') return html`${words}<bdi class="amount">${texts.amount(sent, size)}</bdi>`
  return html`${words}<bdi>${texts.size(size)}</bdi>`
}

function renderButtons(item: UploadItem, { texts, disabled }: ViewModel, actions: ViewActions) {
  const { id, name } = item
  const action = actionOf(item)
  const removal = removalOf(item)
  const isOff = disabled || item.state === 'completing'
  const label = action === 'retry' ? texts.say('retry') : ''
  const first = action
    ? html`<button
        type="button"
        class="icon ${action} ${label.length > SHORT_LABEL ? 'long' : ''}"
        part="button ${action}"
        aria-label=${texts.say(`${action}Name`, { name })}
        title=${texts.say(action)}
        aria-disabled=${isOff ? 'true' : nothing}
        @click=${() => isOff || actions[action](id)}
      >
        ${icon(ACTION_ICONS[action])}${label ? html`<span class="label">${label}</span>` : nothing}
      </button>`
    : nothing
  return html`${first}<button
      type="button"
      class="icon"
      part="button remove"
      aria-label=${texts.say(`${removal}Name`, { name })}
      title=${texts.say(removal)}
      aria-disabled=${disabled ? 'true' : nothing}
      @click=${() => disabled || actions.remove(id)}
    >
      ${icon(item.state === 'done' ? 'remove' : 'cancel')}
    </button>`
}

function renderUndo({ id, name }: UploadItem, { texts }: ViewModel, actions: ViewActions) {
  return html`<button
    type="button"
    class="quiet"
    part="button undo"
    aria-label=${texts.say('undoName', { name })}
    @click=${() => actions.undo(id)}
  >
    ${texts.say('undo')}
  </button>`
}

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
