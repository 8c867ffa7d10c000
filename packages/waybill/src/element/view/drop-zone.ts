import { html, nothing, type TemplateResult } from 'lit'
import { kinds } from '../words/kinds.ts'
import { type IconName, icon } from './icons.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

export function renderDropZone(model: ViewModel, actions: ViewActions): TemplateResult {
  const { speech, disabled, capture, directory, isDragging, label } = model
  // With `aria-disabled`, the button keeps focus if it is disabled only for a moment.
  const guard = (act: () => void) => () => {
    if (!disabled) act()
  }
  const extra = (isShown: boolean, act: () => void, key: 'camera' | 'folder', name: IconName) =>
    isShown
      ? html`<button
          type="button"
          class="quiet"
          part="button"
          aria-disabled=${disabled ? 'true' : nothing}
          @click=${guard(act)}
        >
          ${icon(name)}${speech.say(key)}
        </button>`
      : nothing
  return html`
    <slot name="button" @click=${guard(actions.choose)}>
      <button
        type="button"
        class=${isDragging ? 'zone over' : 'zone'}
        part=${isDragging ? 'drop-zone over' : 'drop-zone'}
        aria-disabled=${disabled ? 'true' : nothing}
      >
        ${icon('tray')}
        <span class="prompt">
          ${label ? html`<span class="unseen">${label}: </span>` : nothing}
          <slot name="prompt">${promptWords(model)}</slot>
        </span>
        <span class="hint"><slot name="hint">${hintWords(model)}</slot></span>
      </button>
    </slot>
    ${
      directory || capture !== undefined
        ? html`<div class="extras">
          ${extra(capture !== undefined, actions.capture, 'camera', 'camera')}
          ${extra(directory, actions.chooseFolder, 'folder', 'folder')}
        </div>`
        : nothing
    }
  `
}

function promptWords({ isReading, isDragging, multiple, speech }: ViewModel): string {
  if (isReading) return speech.say('busy')
  if (isDragging) return speech.say('drop')
  return speech.say(multiple ? 'promptMany' : 'promptOne')
}

/** The result is never empty, so that nothing moves when the hints arrive. */
function hintWords({ hints, maxFiles, multiple, required, speech }: ViewModel): string {
  const words: string[] = []
  if (hints) {
    const { types, maxSize } = hints
    if (!types.includes('*/*')) words.push(speech.say('hintTypes', { types: kinds(types, speech) }))
    const size = speech.size(maxSize)
    words.push(speech.say(multiple ? 'hintSize' : 'hintSizeOne', { size }))
  }
  if (multiple && maxFiles !== undefined) words.push(speech.say('hintFiles', { n: maxFiles }))
  if (required) words.push(speech.say('required'))
  const [first = '\u00a0', ...rest] = words
  return [first[0]?.toUpperCase() + first.slice(1), ...rest].join(' · ')
}
