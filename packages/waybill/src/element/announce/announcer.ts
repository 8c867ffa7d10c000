/**
 * Announces uploads to screen readers. Failures and rejections are announced at once, everything else when the
 * screen reader is idle. With more than two files, totals are announced instead of names. Pauses
 * between announcements leave time to read them out.
 *
 * @module
 */

import type { UploadItem } from '../../client/list/snapshot.ts'
import { isRejected } from '../../client/list/verdicts.ts'
import { stateWords } from '../words/state-words.ts'
import type { Texts } from '../words/texts.ts'
import { type Announced, changeOf, type Told } from './changes.ts'
import { sentencesOfAll, sentencesOfEach } from './sentences.ts'
import { type After, throttledAnnouncer } from './throttled-announcer.ts'

const MOST_NAMES = 2
const POLITE = { gatherMs: 500, pauseMs: 4_000 }
/** Combines files that fail at about the same time into one announcement. */
const URGENT = { gatherMs: 200, pauseMs: 2_000 }

export interface AnnouncerEffects {
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

function later(delayMs: number, run: () => void): void {
  setTimeout(run, delayMs)
}

function join(sentences: readonly string[], texts: Texts): string {
  const isEnded = (text: string) => /[\p{Sentence_Terminal}…]$/u.test(text)
  return sentences
    .map((text) => (isEnded(text) ? text : texts.say('saidSentence', { text })))
    .join(' ')
}
