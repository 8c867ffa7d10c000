import { css, html, nothing } from 'lit'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { referenceOf } from '../../words/failure-words.ts'
import { isLong } from '../../words/state-words.ts'
import type { ViewModel } from '../view-model.ts'

/** Also for an upload that has been waiting for long. */
export function renderReference({ error, waiting }: UploadItem, { texts, now }: ViewModel) {
  const cause = waiting && isLong(waiting, now) ? waiting.error : error
  const text = cause ? referenceOf(cause, waiting && true) : ''
  if (!text) return nothing
  return html`<small class="reference" part="reference"
    ><span class="label">${texts.say('reference', { id: '' })}</span
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
