import { html, nothing, type TemplateResult } from 'lit'
import type { UploadItem } from '../../../client/list/upload-list.ts'
import { countRejected } from '../../words/state-words.ts'
import { icon } from '../icons.ts'
import type { ViewActions, ViewModel } from '../view-model.ts'
import { actionOf, renderBar, renderFigures, shareOf } from './row-parts.ts'

export function renderTotal(
  model: ViewModel,
  actions: ViewActions,
  clear: () => void,
): TemplateResult {
  const { total, texts, disabled, canClear } = model
  const { files, done, active, failed, fraction, sent, stored, size } = total
  const { bytesPerSecond: rate, secondsLeft } = total
  const left = model.timesLeft?.steady(model.timesLeft, secondsLeft, model.now)
  const rejected = countRejected(model)
  const isComplete = done === files && rejected === 0
  const counted = isComplete
    ? texts.say('saidAllDone', { n: files })
    : texts.say('total', { done: done - rejected, n: files })
  const percent = texts.percent(fraction)
  const action = actionOfAll(model)
  const state = active > 0 ? 'active' : action ? 'paused' : 'done'
  const button = (name: string, words: string, act: () => void) => html`<button
    type="button"
    class="quiet"
    part="button ${name}"
    aria-disabled=${disabled ? 'true' : nothing}
    @click=${() => disabled || act()}
  >
    ${words}
  </button>`
  const bad = (n: number, key: 'totalFailed' | 'totalRejected') =>
    n > 0 ? html` <span class="bad">${texts.say(key, { n })}</span>` : nothing
  const failures = retryable(model)
  const retry = () => {
    for (const { id } of failures) actions.retry(id)
  }
  // `tabindex` lets the total receive focus when its focused button is removed.
  return html`
    <div class="total ${state}" part="total ${state}" role="group" aria-label=${counted} tabindex="-1">
      <div class="what">
        <div class="line">
          <span class="counted"
            ><span>${isComplete ? icon('done') : nothing}${counted}</span>${bad(failed, 'totalFailed')}${bad(rejected, 'totalRejected')}</span
          >
        </div>
        ${
          action
            ? html`<div class="about"
                ><bdi class="percent">${percent}</bdi>${renderFigures({ sent, size, rate, left }, texts)}</div
              >`
            : done > 0
              ? html`<div class="about"><bdi>${texts.size(size)}</bdi></div>`
              : nothing
        }
        ${renderBar(
          { sent: fraction, stored: shareOf(stored, total) },
          { label: texts.say('progressOfAll'), valueText: `${percent}, ${counted}`, state },
        )}
      </div>
      <div class="all">
      ${failures.length > 1 ? button('retry-all', texts.say('retryAll'), retry) : nothing}
      ${action ? button(`${action}-all`, texts.say(`${action}All`), actions[action]) : nothing}
      ${done > 0 && canClear ? button('clear', texts.say('clear'), clear) : nothing}
      </div>
    </div>
  `
}

function retryable({ items, removed }: ViewModel): readonly UploadItem[] {
  return items.filter(
    (item) => item.state === 'failed' && !removed.has(item.id) && actionOf(item) === 'retry',
  )
}

function actionOfAll({
  items,
  removed,
  total,
}: ViewModel): 'start' | 'pause' | 'resume' | undefined {
  if (total.active > 0) return 'pause'
  const has = (state: string) => items.some((item) => item.state === state && !removed.has(item.id))
  if (has('paused')) return 'resume'
  return has('ready') ? 'start' : undefined
}
