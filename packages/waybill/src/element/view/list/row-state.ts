/**
 * What a row says of its file, and what its first button does.
 *
 * @module
 */

import type { UploadItem, UploadItemState } from '../../../client/list/snapshot.ts'
import type { Waiting } from '../../../client/upload/waits.ts'
import { failureWords } from '../../words/failure-words.ts'
import type { Speech } from '../../words/speech.ts'

/** What the first button of a row does. */
export type RowAction = 'start' | 'pause' | 'resume' | 'retry'

const ACTIONS: Partial<Readonly<Record<UploadItemState, RowAction>>> = {
  ready: 'start',
  paused: 'resume',
  failed: 'retry',
  aborted: 'retry',
  preparing: 'pause',
  queued: 'pause',
  hashing: 'pause',
  uploading: 'pause',
  waiting: 'pause',
  completing: 'pause',
}

/** Codes after which trying again does not help: they are about the file or the user. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'FILE_TOO_LARGE',
  'FILE_TOO_SMALL',
  'FILE_TYPE_NOT_ALLOWED',
  'FILE_NAME_INVALID',
  'FILE_REFUSED',
  'FORBIDDEN',
])

/** What the first button of a row does; `undefined` where there is none. */
export function actionOf({ state, error }: UploadItem): RowAction | undefined {
  if (error && FINAL_CODES.has(error.code)) return undefined
  return ACTIONS[state]
}

/** Bytes that are sent again are not mentioned below this share of the file. */
const MIN_AGAIN = 1 / 20

/** Whether much of what had left is sent again, so that the bar stands still. */
export function isSentAgain({
  state,
  progress,
  size,
}: Pick<UploadItem, 'state' | 'progress' | 'size'>): boolean {
  return state === 'uploading' && (progress.resending ?? 0) > size * MIN_AGAIN
}

/**
 * Says what an upload does now, or why it does not: `Uploading`, `Paused`,
 * `The file is too large. Choose one of at most 5 MB.`
 *
 * @param item - A file of a list, or the upload itself.
 * @param speech - From `loadSpeech` or `englishSpeech`.
 * @param now - The time that the next try is counted from.
 */
export function stateWords(
  item: Pick<UploadItem, 'state' | 'waiting' | 'error' | 'progress' | 'size'>,
  speech: Speech,
  now = new Date(),
): string {
  const { state, waiting, error } = item
  if (waiting) return waitingWords(waiting, speech, now)
  if (error) return failureWords(error, speech)
  if (isSentAgain(item))
    return speech.say('again', { size: speech.size(item.progress.resending ?? 0) })
  if (state === 'waiting') return speech.say('away', { why: speech.say('unavailableNow') })
  return speech.say(state)
}

/** From then on, it may be more than a passing failure. */
const LONG_MS = 10_000

function waitingWords({ reason, since, until }: Waiting, speech: Speech, now: Date): string {
  if (reason === 'offline' || reason === 'stalled') return speech.say(reason)
  const isLong = now.getTime() - since.getTime() >= LONG_MS
  const why = speech.say(isLong ? 'unavailableLong' : 'unavailableNow')
  const seconds = until ? (until.getTime() - now.getTime()) / 1000 : 0
  return seconds > 0
    ? speech.say('awayUntil', { why, time: speech.duration(seconds) })
    : speech.say('away', { why })
}
