/**
 * Draws the element.
 *
 * @module
 */

import { css, html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { UploadItem } from '../../client/list/snapshot.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

/** The style sheet of the element's shadow tree. */
export const styles = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
`

/** Draws all that a model says. */
export function renderUpload(model: ViewModel, actions: ViewActions): TemplateResult {
  const { items, interrupted, multiple, disabled, dir, speech } = model
  return html`
    <div dir=${dir} lang=${speech.lang}>
      <button type="button" part="button" ?disabled=${disabled} @click=${actions.choose}>
        <slot name="button">${speech.say(multiple ? 'promptMany' : 'promptOne')}</slot>
      </button>
      <ul part="list">
        ${repeat(
          items,
          ({ id }) => id,
          (item) => renderRow(item, model, actions),
        )}
      </ul>
      <ul>
        ${interrupted.map(
          ({ id, name }) =>
            html`<li>
              ${name}
              <button type="button" @click=${() => actions.chooseForInterrupted(id)}>
                ${speech.say('choose')}
              </button>
            </li>`,
        )}
      </ul>
    </div>
  `
}

function renderRow(item: UploadItem, { removed, speech }: ViewModel, actions: ViewActions) {
  const { id, name, state, progress } = item
  if (removed.has(id)) {
    return html`<li part="item">
      ${name}
      <button type="button" @click=${() => actions.undo(id)}>${speech.say('undo')}</button>
    </li>`
  }
  const action = state === 'paused' ? 'resume' : state === 'failed' ? 'retry' : 'pause'
  return html`<li part="item">
    ${name}
    <progress max="1" .value=${progress.fraction}></progress>
    <span>${state}</span>
    ${
      state === 'done'
        ? nothing
        : html`<button type="button" @click=${() => actions[action](id)}>
          ${speech.say(action)}
        </button>`
    }
    <button type="button" @click=${() => actions.remove(id)}>${speech.say('remove')}</button>
  </li>`
}
