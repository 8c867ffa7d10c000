/**
 * Decides which changes to an upload are announced: those that change its `key`.
 *
 * @module
 */

import type { InterruptedItem, UploadItem, UploadTotal } from '../../client/list/snapshot.ts'
import { isSentAgain } from '../words/state-words.ts'
import type { Texts } from '../words/texts.ts'

export interface Announced {
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
  readonly total: UploadTotal
  readonly interrupted: readonly InterruptedItem[]
  readonly texts: Texts
  readonly now: Date
}

/** What was last announced about a file. */
export interface Told {
  readonly item: UploadItem
  readonly key: string
  readonly state: UploadItem['state']
  readonly isRemoved: boolean
}

/** Progress is announced in quarters. */
export const STEPS = 4

export function changeOf(item: UploadItem, { removed }: Announced): Told {
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
