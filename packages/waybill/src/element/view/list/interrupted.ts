/**
 * Renders interrupted uploads. The user resumes one by choosing its file again.
 *
 * @module
 */

import { html, type TemplateResult } from 'lit'
import { ref } from 'lit/directives/ref.js'
import type { InterruptedItem } from '../../../client/list/snapshot.ts'
import { icon } from '../icons.ts'
import type { ViewActions, ViewModel } from '../view-model.ts'
import { fitName, renderName } from './file-name.ts'
import { renderThumbnail } from './thumbnail.ts'

export function renderInterrupted(model: ViewModel, actions: ViewActions): TemplateResult {
  const { interrupted, texts } = model
  return html`
    <ul class="list card" part="interrupted" role="list" aria-label=${texts.say('interrupted')}>
      ${interrupted.map((item) => renderOne(item, model, actions))}
    </ul>
  `
}

function renderOne(item: InterruptedItem, model: ViewModel, actions: ViewActions) {
  const { id, name, size, sent, updatedAt, canReopen, type } = item
  const { texts, disabled, mismatched, now } = model
  const isWrong = mismatched === id
  const button = (act: (id: string) => void, key: 'choose' | 'forget' | 'resume') => html`<button
    type="button"
    class="quiet"
    part="button ${key}"
    aria-label=${texts.say(`${key}Name`, { name })}
    aria-disabled=${disabled ? 'true' : 'false'}
    @click=${() => disabled || act(id)}
  >
    ${texts.say(key)}
  </button>`
  const ago = texts.ago(updatedAt, now)
  const percent = texts.percent(size > 0 ? sent / size : 0)
  return html`
    <li class="row interrupted ${isWrong ? 'failed' : ''}" part="row interrupted" data-id=${id} tabindex="-1">
      ${renderThumbnail({ name, type }, 'interrupted')}
      <div class="what">
        <div class="line" ${ref(fitName)}>${renderName(name)}</div>
        <div class="about">
          ${
            isWrong
              ? html`<div class="why">${icon('failed')}<span class="words">${texts.say('notThisFile')}</span></div>`
              : html`<span class="words">${sent > 0 ? texts.say('interruptedRow', { percent, ago }) : texts.say('interruptedNew', { ago })}</span>`
          }
        </div>
      </div>
      <div class="buttons">
        ${button(actions.chooseForInterrupted, canReopen ? 'resume' : 'choose')}
        ${button(actions.forgetInterrupted, 'forget')}
      </div>
    </li>
  `
}
