/**
 * The docket above the element: where files go, and what is happening.
 *
 * @module
 */

import type { UploadItem, UploadItemState } from 'waybill/client'
import { element } from './elements.ts'

/** The colour of the status. */
export type Mood = 'plain' | 'good' | 'bad'

/** The docket. */
export interface Docket {
  setBucket(bucket: string): void
  /** Says what uploads do, in a word. */
  tell(items: readonly UploadItem[]): void
  /** @param key - Key of the object of the message. */
  say(status: string, mood: Mood, key?: string): void
}

/** The states that matter, the most important first. */
const STATUS: readonly (readonly [UploadItemState, string])[] = [
  ['waiting', 'Waiting'],
  ['uploading', 'Sending'],
  ['completing', 'Confirming'],
  ['hashing', 'Reading'],
  ['preparing', 'Preparing'],
  ['queued', 'Queued'],
  ['paused', 'Paused'],
]

/** Makes the docket. */
export function createDocket(): Docket {
  let bucket = ''
  const say: Docket['say'] = (status, mood, key) => {
    const said = element('status', HTMLElement)
    said.textContent = status
    said.dataset.mood = mood
    if (bucket) fillDestination(key === undefined ? bucket : `${bucket}/${key}`)
  }
  return {
    setBucket(name) {
      bucket = `s3://${name}`
      fillDestination(bucket)
    },
    tell(items) {
      const known = STATUS.find(([state]) => items.some((item) => item.state === state))
      const failed = items.some(({ state }) => state === 'failed')
      if (known) say(known[1], 'plain')
      else if (failed) say('Not stored', 'bad')
      else say('Ready', 'plain')
    },
    say,
  }
}

/**
 * Shows a destination. If it is too long, its middle is cut: the name at its end must stay visible.
 */
function fillDestination(to: string): void {
  const target = element('to', HTMLElement)
  if (target.title === to) return
  target.title = to
  const end = to.lastIndexOf('/')
  const parts = [to.slice(0, end), to.slice(end)].map((text) => {
    const part = document.createElement('span')
    part.textContent = text
    return part
  })
  target.replaceChildren(...parts)
}
