/**
 * Composes announcements: one sentence per file for up to two files, otherwise a summary.
 *
 * @module
 */

import type { UploadItem } from '../../client/list/snapshot.ts'
import { isActive } from '../../client/upload/upload-state.ts'
import { countRejected, isSentAgain, stateWords } from '../words/state-words.ts'
import { type Announced, STEPS } from './changes.ts'

export function sentencesOfEach(seen: Announced, changed: ReadonlySet<string>): string[] {
  return seen.items
    .filter(({ id }) => changed.has(id))
    .map((item) => sentenceOf(item, seen))
    .filter((text) => text !== '')
}

export function sentencesOfAll(seen: Announced, changed: ReadonlySet<string>): string[] {
  const { items, removed, total, texts, now } = seen
  const gone = items.filter(({ id }) => changed.has(id) && removed.has(id))
  const said = gone.map(({ name }) => texts.say('saidRemoved', { name }))
  const { files, active, failed } = total
  const rejected = countRejected(seen)
  const done = total.done - rejected
  // While files are in flight, only alerts tell of failures.
  const bad =
    active > 0
      ? []
      : ([
          ['totalFailed', failed],
          ['totalRejected', rejected],
        ] as const)
  const counts = [
    texts.say('total', { done, n: files }),
    ...bad.flatMap(([key, n]) => (n > 0 ? [texts.say(key, { n })] : [])),
  ]
  if (total.done + failed === files && total.done > 0) {
    return [...said, ...(done === files ? [texts.say('saidAllDone', { n: done })] : counts)]
  }
  const stopped = items.find(
    ({ id, state }) => !removed.has(id) && (state === 'waiting' || state === 'paused'),
  )
  const isMoving = items.some(({ state }) => state === 'uploading' || state === 'hashing')
  // Large files take a while, so quarters of the total are announced until the first file is done.
  const step = Math.floor(total.fraction * STEPS)
  if (done === 0 && step > 0 && active > 0) said.push(texts.percent(step / STEPS))
  if (active + total.done > 0) said.push(...counts)
  if (stopped && !isMoving) said.push(stateWords(stopped, texts, now))
  return said
}

function sentenceOf(item: UploadItem, { removed, texts, now }: Announced): string {
  const { id, name, state, progress, verdict } = item
  if (removed.has(id)) return texts.say('saidRemoved', { name })
  if (state === 'done' && verdict?.verdict !== 'verified') return texts.say('saidDone', { name })
  // Other active states usually pass too quickly to be announced.
  const isPassing = isActive(state) && state !== 'uploading' && state !== 'waiting'
  if (state === 'failed' || isPassing) return ''
  if (state === 'uploading' && progress.fraction >= 1 / STEPS && !isSentAgain(item)) {
    return texts.say('saidProgress', { name, percent: texts.percent(progress.fraction) })
  }
  return texts.say('saidState', { name, state: stateWords(item, texts, now) })
}
