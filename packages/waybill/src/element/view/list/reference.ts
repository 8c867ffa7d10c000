import { css, html, nothing } from 'lit'
import type { UploadError } from '../../../protocol/upload-error.ts'
import { referenceOf } from '../../words/failure-words.ts'
import type { Speech } from '../../words/speech.ts'

export function renderReference(error: UploadError | undefined, speech: Speech) {
  const text = error ? referenceOf(error) : ''
  if (!text) return nothing
  return html`<small class="reference" part="reference"
    ><span class="label">${speech.say('reference', { id: '' })}</span
    ><bdi class="id" dir="ltr">${text}</bdi></small
  >`
}

export const referenceStyles = css`
  .reference {
    display: block;
    color: var(--_faint);
    font-size: 0.79em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }

  .reference .id {
    font-family: ui-monospace, monospace;
    line-height: 1;
    user-select: all;
  }
`
