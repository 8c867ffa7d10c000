import { html, nothing, type TemplateResult } from 'lit'
import { kinds } from '../words/texts.ts'
import { type IconName, icon } from './icons.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

/** @param isSmall - Whether there are files. The drop zone is then a single row. */
export function renderDropZone(
  model: ViewModel,
  actions: ViewActions,
  isSmall: boolean,
): TemplateResult {
  const { texts, disabled, capture, directory, label } = model
  const state = dragState(model)
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
          ${icon(name)}${texts.say(key)}
        </button>`
      : nothing
  return html`
    <div class=${isSmall ? 'add small' : 'add'}>
      <slot name="button" @click=${guard(actions.choose)}>
        <button
          type="button"
          class="zone${state}"
          part="drop-zone${state}${isSmall ? ' small' : ''}"
          aria-disabled=${disabled ? 'true' : nothing}
        >
          <span class="glyph"><slot name="icon">${icon('tray')}</slot></span>
          <span class="prompt">
            ${label ? html`<span class="unseen">${label}: </span>` : nothing}
            <slot name="prompt">${promptWords(model, isSmall)}</slot>
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
    </div>
  `
}

export function dragState({ isDragging, isUnwanted }: ViewModel): string {
  if (!isDragging) return ''
  return isUnwanted ? ' over unwanted' : ' over'
}

function promptWords(
  { isReading, isDragging, isUnwanted, multiple, texts }: ViewModel,
  isSmall: boolean,
): string {
  if (isReading) return texts.say('busy')
  if (isDragging) return texts.say(isUnwanted ? 'dropUnwanted' : 'drop')
  if (isSmall) return texts.say(multiple ? 'promptMore' : 'promptOther')
  if (isTouchOnly()) return texts.say(multiple ? 'promptManyTouch' : 'promptOneTouch')
  return texts.say(multiple ? 'promptMany' : 'promptOne')
}

/** On a phone, there is nothing to drop. */
function isTouchOnly(): boolean {
  return matchMedia('(any-pointer: coarse)').matches && !matchMedia('(any-pointer: fine)').matches
}

/** The result is never empty, so that nothing moves when the hints arrive. */
export function hintWords({ hints, maxFiles, multiple, required, texts }: ViewModel): string {
  const words: string[] = []
  if (hints) {
    const { types, maxSize } = hints
    if (!types.includes('*/*')) words.push(texts.say('hintTypes', { types: kinds(types, texts) }))
    const size = texts.limit(maxSize)
    words.push(texts.say(multiple ? 'hintSize' : 'hintSizeOne', { size }))
  }
  if (multiple && maxFiles !== undefined) words.push(texts.say('hintFiles', { n: maxFiles }))
  if (required) words.push(texts.say('required'))
  const [first = '\u00a0', ...rest] = words
  return [first[0]?.toUpperCase() + first.slice(1), ...rest].join('\u00a0· ')
}
