/**
 * Announces uploads to screen readers. Failures and rejections are announced at once, everything
 * else when the screen reader is idle. With more than two files, totals are announced instead of
 * names. Pauses between announcements leave time to read them out.
 *
 * @module
 */

import {
  type InterruptedItem,
  isRejected,
  type UploadItem,
  type UploadTotal,
} from '../client/list/upload-list.ts'
import { isActive } from '../client/upload/upload-state.ts'
import { countRejected, isSentAgain, stateWords } from './words/state-words.ts'
import type { Texts } from './words/texts.ts'

const MOST_NAMES = 2
const POLITE = { gatherMs: 500, pauseMs: 4_000 }
/** Combines files that fail at about the same time into one announcement. */
const URGENT = { gatherMs: 200, pauseMs: 2_000 }

/** Progress is announced in quarters. */
const STEPS = 4

interface Announced {
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
  readonly total: UploadTotal
  readonly interrupted: readonly InterruptedItem[]
  readonly texts: Texts
  readonly now: Date
}

/** What was last announced about a file. */
interface Told {
  readonly item: UploadItem
  readonly key: string
  readonly state: UploadItem['state']
  readonly isRemoved: boolean
}

type After = (delayMs: number, run: () => void) => void

interface AnnouncerEffects {
  readonly status: (text: string) => void
  readonly alert: (text: string) => void
  readonly after?: After
}

export class Announcer {
  readonly #told = new Map<string, Told>()
  readonly #changed = new Set<string>()
  readonly #failed = new Map<string, UploadItem>()
  readonly #wantStatus: () => void
  readonly #wantAlert: () => void
  #seen: Announced | undefined
  #toldTotal = ''
  #interrupted = 0
  #cleared = 0

  constructor({ status, alert, after = later }: AnnouncerEffects) {
    this.#wantStatus = throttledAnnouncer(POLITE, status, () => this.#composeStatus(), after)
    this.#wantAlert = throttledAnnouncer(URGENT, alert, () => this.#composeAlert(), after)
  }

  follow(seen: Announced): void {
    this.#seen = seen
    for (const item of seen.items) {
      const told = this.#told.get(item.id)
      if (told?.item === item && told.isRemoved === seen.removed.has(item.id)) continue
      const next = changeOf(item, seen)
      this.#told.set(item.id, next)
      if (told?.key === next.key) continue
      // The browser restored this file with the form, so it is not new.
      if (!told && item.state === 'done' && !item.upload) continue
      const isBad = item.state === 'failed' || isRejected(item)
      if (isBad && !next.isRemoved && told?.state !== 'failed') {
        this.#failed.set(item.id, item)
      } else this.#changed.add(item.id)
    }
    this.#forgetAllBut(seen.items)
    if (seen.interrupted.length > this.#interrupted) this.#changed.add('interrupted')
    this.#interrupted = seen.interrupted.length
    if (this.#failed.size > 0) this.#wantAlert()
    if (this.#changed.size > 0) this.#wantStatus()
  }

  /** @param files - How many finished files the user has taken off the list. */
  cleared(files: number): void {
    this.#cleared += files
    this.#wantStatus()
  }

  /** Frees memory. This is also necessary because new files reuse ids after a reset. */
  #forgetAllBut(items: readonly UploadItem[]): void {
    if (this.#told.size === items.length) return
    const ids = new Set(items.map(({ id }) => id))
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#told.delete(id)
  }

  #composeAlert(): string {
    const seen = this.#seen
    const failed = [...this.#failed.values()]
    this.#failed.clear()
    if (!seen || failed.length === 0) return ''
    const { texts } = seen
    const why = (item: UploadItem) => stateWords(item, texts)
    if (failed.length <= MOST_NAMES) {
      return join(
        failed.map((item) =>
          isRejected(item)
            ? texts.say('saidState', { name: item.name, state: why(item) })
            : texts.say('saidFailure', { name: item.name, why: why(item) }),
        ),
        texts,
      )
    }
    const rejected = failed.filter(isRejected).length
    const lost = failed.length - rejected
    const counts = [
      ...(lost > 0 ? [texts.say('saidFailures', { n: lost })] : []),
      ...(rejected > 0 ? [texts.say('saidRejections', { n: rejected })] : []),
    ]
    const reasons = [...new Set(failed.map(why))].slice(0, MOST_NAMES)
    return join([...counts, ...reasons], texts)
  }

  #composeStatus(): string {
    const seen = this.#seen
    const changed = new Set(this.#changed)
    this.#changed.clear()
    const cleared = this.#cleared
    this.#cleared = 0
    if (!seen) return ''
    const { texts, total, interrupted } = seen
    const sentences = cleared > 0 ? [texts.say('saidCleared', { n: cleared })] : []
    if (changed.has('interrupted')) {
      sentences.push(texts.say('saidInterrupted', { n: interrupted.length }))
    }
    if (total.files <= MOST_NAMES) sentences.push(...sentencesOfEach(seen, changed))
    else {
      const all = sentencesOfAll(seen, changed)
      const text = join(all, texts)
      if (text !== this.#toldTotal) sentences.push(...all)
      this.#toldTotal = text
    }
    return join(sentences, texts)
  }
}

/** Only a change of its `key` is announced. */
function changeOf(item: UploadItem, { removed }: Announced): Told {
  const { state, progress, waiting } = item
  const isRemoved = removed.has(item.id)
  const step = Math.floor(progress.fraction * STEPS)
  // A wait is announced once, even if the time of the next retry changes.
  const why = waiting?.reason ?? (isSentAgain(item) ? 'again' : '')
  const { verdict = '' } = item.verdict ?? {}
  const decided = /^(?:verified|rejected)$/.test(verdict) ? verdict : ''
  const key = isRemoved ? 'removed' : `${state} ${why} ${step} ${decided}`
  return { item, key, state, isRemoved }
}

function sentencesOfEach(seen: Announced, changed: ReadonlySet<string>): string[] {
  return seen.items
    .filter(({ id }) => changed.has(id))
    .map((item) => sentenceOf(item, seen))
    .filter((text) => text !== '')
}

function sentencesOfAll(seen: Announced, changed: ReadonlySet<string>): string[] {
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

function join(sentences: readonly string[], texts: Texts): string {
  const isEnded = (text: string) => /[\p{Sentence_Terminal}…]$/u.test(text)
  return sentences
    .map((text) => (isEnded(text) ? text : texts.say('saidSentence', { text })))
    .join(' ')
}

interface Pace {
  /** Changes within this time are combined into one announcement. */
  readonly gatherMs: number
  /** Minimum time between two announcements. */
  readonly pauseMs: number
}

/**
 * Spaces announcements out so that a screen reader can finish each one.
 *
 * @param compose - Returns the next announcement, or an empty string if there is nothing to say.
 * @returns A function to call when there may be something to announce.
 */
function throttledAnnouncer(
  { gatherMs, pauseMs }: Pace,
  say: (text: string) => void,
  compose: () => string,
  after: After,
): () => void {
  let isBusy = false
  let isWanted = false
  const want = () => {
    isWanted = true
    if (isBusy) return
    isBusy = true
    after(gatherMs, speak)
  }
  const speak = () => {
    isWanted = false
    const text = compose()
    if (text) say(text)
    after(text ? pauseMs - gatherMs : 0, () => {
      isBusy = false
      if (isWanted) want()
    })
  }
  return want
}

function later(delayMs: number, run: () => void): void {
  setTimeout(run, delayMs)
}
