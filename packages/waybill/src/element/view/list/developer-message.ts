import { css, html, nothing } from 'lit'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { isForDevelopers } from '../../../client/send/for-developers.ts'
import type { ViewModel } from '../view-model.ts'

/** The message is for the page's developer and is not translated. */
export function renderMessage({ error, waiting }: UploadItem, { isLocal }: ViewModel) {
  // Not shown during an outage, because it would move the rows. The console has the likely cause.
  const likely = waiting?.error?.retryable ? undefined : waiting?.error
  const cause = error ?? likely
  if (!isLocal || !cause || !isForDevelopers(cause)) return nothing
  return html`<div class="message" part="message" lang="en" dir="ltr">${cause.code}: ${cause.message}</div>`
}

export const messageStyles = css`
  .message {
    color: var(--_faint);
    font: 0.86em / 1.4 ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
`
