/**
 * Asks before the page is left while an upload has not ended.
 *
 * @module
 */

import type { Upload } from 'waybill/client'

/**
 * Listens only while there is something to lose: browsers keep no page for "back" that listens.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/Window/beforeunload_event
 */
export function askBeforeLeaving(uploads: readonly Upload[]): void {
  const isLost = uploads.some(
    ({ state }) => state !== 'done' && state !== 'failed' && state !== 'aborted',
  )
  if (isLost) addEventListener('beforeunload', ask)
  else removeEventListener('beforeunload', ask)
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
