import { html, nothing, type TemplateResult } from 'lit'
import type { ViewActions, ViewModel } from '../view-model.ts'
import { renderBar, renderFigures, shareOf } from './figures.ts'

export function renderTotal(model: ViewModel, actions: ViewActions): TemplateResult {
  const { total, speech, disabled } = model
  const { files, done, failed, fraction, sent, stored, size, bytesPerSecond, secondsLeft } = total
  const counted = speech.say('total', { done, n: files })
  const percent = speech.percent(fraction)
  const action = actionOfAll(model)
  const figures = { sent, stored, size, rate: bytesPerSecond, left: secondsLeft }
  return html`
    <div class="total" part="total">
      <div class="what">
        <div class="line">
          <span class="counted"
            >${counted}${
              failed > 0
                ? html` · <span class="bad">${speech.say('totalFailed', { n: failed })}</span>`
                : nothing
            }</span
          >
          <span class="percent"><bdi>${percent}</bdi></span>
        </div>
        ${renderBar({ sent: fraction, stored: shareOf(stored, total) }, speech.say('progressOfAll'), `${percent}, ${counted}`)}
        <div class="about">${renderFigures(figures, speech)}</div>
      </div>
      ${
        // The button stays even when all files are done, so that it keeps focus.
        html`<button
          type="button"
          class="quiet"
          part="button ${action ?? 'pause'}-all"
          aria-disabled=${!action || disabled ? 'true' : nothing}
          @click=${() => action && !disabled && actions[action]()}
        >
          ${speech.say(`${action ?? 'pause'}All`)}
        </button>`
      }
    </div>
  `
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
