import { css, html, nothing } from 'lit'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { whose } from '../../../protocol/upload-error.ts'
import { isLong } from '../../words/state-words.ts'
import type { ViewModel } from '../view-model.ts'

/** The message is for the page's developer and is not translated. */
export function renderMessage({ error, waiting }: UploadItem, { isLocal, now }: ViewModel) {
  // Not shown during a short outage, because it would move the rows.
  const isLikely = waiting && (!waiting.error?.retryable || isLong(waiting, now))
  const cause = error ?? (isLikely ? waiting.error : undefined)
  if (!isLocal || !cause || whose(cause) !== 'site') return nothing
  return html`<div class="message" part="message" lang="en" dir="ltr">${cause.code}: ${cause.message}</div>`
}

export const messageStyles = css`
  .message {
    color: var(--_faint);
    font: 0.86em / 1.4 ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
`
