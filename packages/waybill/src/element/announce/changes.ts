/**
 * Decides which changes of an upload are announced: only those with a new key.
 *
 * @module
 */

import type { InterruptedItem, UploadItem, UploadTotal } from '../../client/list/snapshot.ts'
import { isSentAgain } from '../view/list/row-state.ts'
import type { Speech } from '../words/speech.ts'

/** What is announced of all that is shown. */
export interface Announced {
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
  readonly total: UploadTotal
  readonly interrupted: readonly InterruptedItem[]
  readonly speech: Speech
  readonly now: Date
}

/** What was told last of a file. */
export interface Told {
  readonly item: UploadItem
  readonly key: string
  readonly state: UploadItem['state']
  readonly isRemoved: boolean
}

/** Progress is told in quarters. */
export const STEPS = 4

/** What there is to tell of a file now. */
export function changeOf(item: UploadItem, { removed }: Announced): Told {
  const { state, progress, waiting } = item
  const isRemoved = removed.has(item.id)
  const step = Math.floor(progress.fraction * STEPS)
  // A wait is told once, even if the time of the next try changes.
  const why = waiting?.reason ?? (isSentAgain(item) ? 'again' : '')
  const key = isRemoved ? 'removed' : `${state} ${why} ${step}`
  return { item, key, state, isRemoved }
}
