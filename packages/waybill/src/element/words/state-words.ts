/**
 * What the element says of a file's state, in its rows and its announcements.
 *
 * @module
 */

import { isRejected, type UploadItem } from '../../client/list/upload-list.ts'
import type { Waiting } from '../../client/send/waiting.ts'
import type { RejectionReason, VerdictResponse } from '../../protocol/verdict.ts'
import type { WordKey } from './english.ts'
import { failureWords } from './failure-words.ts'
import type { Texts } from './texts.ts'

/**
 * Describes what an upload is doing, what it is waiting for, or why it failed, such as `Uploading`,
 * `Paused` or `The file is too large. The limit is 5.0 MB.`
 *
 * @param item - A list item or an `Upload`.
 * @param texts - The result of `loadTexts` or `englishTexts`.
 * @param now - The current time, for the countdown to the next retry.
 */
export function stateWords(
  item: Pick<UploadItem, 'state' | 'waiting' | 'error' | 'verdict' | 'progress' | 'size'>,
  texts: Texts,
  now = new Date(),
): string {
  const { state, waiting, error, verdict } = item
  if (waiting) return waitingWords(waiting, texts, now)
  if (error) return failureWords(error, texts)
  if (verdict) return texts.say(verdictWords(verdict))
  if (isSentAgain(item))
    return texts.say('again', { size: texts.size(item.progress.resending ?? 0) })
  return texts.say(state === 'waiting' ? 'away' : state)
}

function verdictWords(verdict: VerdictResponse): WordKey {
  if (verdict.verdict === 'pending') return 'checking'
  if (verdict.verdict === 'verified') return 'verified'
  if (verdict.verdict === 'not-scanned') return 'done'
  return verdict.reason ? (REJECTED[verdict.reason] ?? 'rejectedOther') : 'rejected'
}

/** For any other reason, the object is not the one that was signed. */
const REJECTED: Partial<Readonly<Record<RejectionReason, WordKey>>> = {
  'content-differs': 'rejectedType',
  'content-unproven': 'rejectedType',
  'active-content': 'rejectedCode',
  malware: 'rejectedMalware',
}

function waitingWords(waiting: Waiting, texts: Texts, now: Date): string {
  const { reason, until } = waiting
  if (reason === 'offline' || reason === 'stalled') return texts.say(reason)
  const seconds = until ? (until.getTime() - now.getTime()) / 1000 : 0
  const away =
    seconds > 0 ? texts.say('awayUntil', { time: texts.duration(seconds) }) : texts.say('away')
  return isLong(waiting, now) ? `${away} · ${texts.say('awayLong')}` : away
}

/** After waiting this long, the text suggests telling the website's owner, and what to mend. */
const LONG_MS = 10_000

export function isLong({ since }: Waiting, now: Date): boolean {
  return now.getTime() - since.getTime() >= LONG_MS
}

/** The row mentions resent bytes only if they exceed this fraction of the file. */
const MIN_AGAIN = 1 / 20

/** Whether enough bytes are being resent for the progress bar to visibly stop. */
export function isSentAgain({
  state,
  progress,
  size,
}: Pick<UploadItem, 'state' | 'progress' | 'size'>): boolean {
  return state === 'uploading' && (progress.resending ?? 0) > size * MIN_AGAIN
}

/** How many of the files in the list the arrival check has rejected. */
export function countRejected({
  items,
  removed,
}: {
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
}): number {
  return items.filter((item) => isRejected(item) && !removed.has(item.id)).length
}
