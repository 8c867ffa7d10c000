/**
 * The sentences of an announcement: one for each of up to two files, or a summary of more.
 *
 * @module
 */

import type { UploadItem, UploadItemState } from '../../client/list/snapshot.ts'
import { isSentAgain, stateWords } from '../view/list/row-state.ts'
import { type Announced, STEPS } from './changes.ts'

/** States that are usually too short to be announced. */
const PASSING: ReadonlySet<UploadItemState> = new Set([
  'queued',
  'preparing',
  'hashing',
  'completing',
])

export function sentencesOfEach(seen: Announced, changed: ReadonlySet<string>): string[] {
  return seen.items
    .filter(({ id }) => changed.has(id))
    .map((item) => sentenceOf(item, seen))
    .filter((text) => text !== '')
}

/** Summarizes all files and names those that were removed. */
export function sentencesOfAll(seen: Announced, changed: ReadonlySet<string>): string[] {
  const { items, removed, total, speech, now } = seen
  const gone = items.filter(({ id }) => changed.has(id) && removed.has(id))
  const said = gone.map(({ name }) => speech.say('saidRemoved', { name }))
  const { files, done, active, failed } = total
  if (done + failed === files && done > 0) {
    return [
      ...said,
      done === files
        ? speech.say('saidAllDone', { n: done })
        : speech.say('total', { done, n: files }),
    ]
  }
  const stopped = items.find(
    ({ id, state }) => !removed.has(id) && (state === 'waiting' || state === 'paused'),
  )
  const isMoving = items.some(({ state }) => state === 'uploading' || state === 'hashing')
  // Large files take a long time, so quarters of the total are announced until one file is done.
  const step = Math.floor(total.fraction * STEPS)
  if (done === 0 && step > 0 && active > 0) said.push(speech.percent(step / STEPS))
  if (active + done > 0) said.push(speech.say('total', { done, n: files }))
  if (stopped && !isMoving) said.push(stateWords(stopped, speech, now))
  return said
}

function sentenceOf(item: UploadItem, { removed, speech, now }: Announced): string {
  const { id, name, state, progress } = item
  if (removed.has(id)) return speech.say('saidRemoved', { name })
  if (state === 'done') return speech.say('saidDone', { name })
  if (state === 'failed' || PASSING.has(state)) return ''
  if (state === 'uploading' && progress.fraction >= 1 / STEPS && !isSentAgain(item)) {
    return speech.say('saidProgress', { name, percent: speech.percent(progress.fraction) })
  }
  return speech.say('saidState', { name, state: stateWords(item, speech, now) })
}
