import type { UploadItem, UploadItemState } from 'waybill/client'
import { element, make } from './elements.ts'

/** Determines the color of the status. */
export type Mood = 'plain' | 'good' | 'bad'

export interface Docket {
  setBucket(bucket: string): void
  tell(items: readonly UploadItem[]): void
  /** Shows a message. `key` is the key of the object that the message is about. */
  say(status: string, mood: Mood, key?: string): void
}

/** The docket shows the first of these states that any upload is in. */
const STATUS: readonly (readonly [UploadItemState, string])[] = [
  ['waiting', 'Waiting'],
  ['uploading', 'Sending'],
  ['completing', 'Confirming'],
  ['hashing', 'Reading'],
  ['preparing', 'Preparing'],
  ['queued', 'Queued'],
  ['paused', 'Paused'],
]

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
 * Splits a destination into two parts, so that the style sheet can shorten the first one and the
 * name at the end stays visible.
 */
function fillDestination(to: string): void {
  const target = element('to', HTMLElement)
  if (target.title === to) return
  target.title = to
  const end = to.lastIndexOf('/')
  const parts = [to.slice(0, end), to.slice(end)].map((text) => make('span', {}, text))
  target.replaceChildren(...parts)
}
