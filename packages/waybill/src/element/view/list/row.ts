/**
 * The row for one file. When a button's action changes, its DOM element stays the same, so that it
 * keeps focus.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { ref } from 'lit/directives/ref.js'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { isRejected } from '../../../client/list/verdicts.ts'
import { isFinal, type UploadAction } from '../../../client/upload/upload-state.ts'
import { failureSentence } from '../../words/failure-words.ts'
import { actionOf, isSentAgain, removalOf, stateWords } from '../../words/state-words.ts'
import { type IconName, icon } from '../icons.ts'
import type { ViewActions, ViewModel } from '../view-model.ts'
import { renderMessage } from './developer-message.ts'
import { renderBar, renderFigures, shareOf } from './figures.ts'
import { fitName, renderName } from './file-name.ts'
import { renderReference } from './reference.ts'
import { renderThumbnail } from './thumbnail.ts'

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
  // `tabindex` lets the row receive focus when its focused button is removed. `role=listitem` is
  // needed because the block element between the list and its rows breaks the list semantics.
  return html`
    <li class="row ${shown}" part="row ${shown}" data-id=${id} role="listitem" tabindex="-1">
      ${renderThumbnail(item, shown)}
      <div class="what">
        <div class="line" ${ref(fitName)}>
          ${guard([name], () => renderName(name))}
          <span class="percent">${isRemoved ? nothing : percentOf(item, model)}</span>
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

function percentOf({ state, progress }: UploadItem, { texts }: ViewModel) {
  return progress.fraction > 0 && !isFinal(state)
    ? html`<bdi>${texts.percent(progress.fraction)}</bdi>`
    : nothing
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
    return renderFigures({ sent, size, rate, left }, texts, again)
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
  if (state === 'paused')
    return html`${words}<bdi class="amount">${texts.say('amount', { sent: texts.size(sent), size: texts.size(size) })}</bdi>`
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
      ${icon(removal)}
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
