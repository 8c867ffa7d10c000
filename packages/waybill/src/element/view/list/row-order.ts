/**
 * Decides the order of the rows, and which of them a folded list shows.
 *
 * @module
 */

import { isRejected, type UploadItem } from '../../../client/list/upload-list.ts'
import { isActive } from '../../../client/upload/upload-state.ts'
import type { FilesViewEffects, ViewModel } from '../view-model.ts'

/** A longer list is folded, so that the page below it stays within reach. */
const FOLDED = 8
/** Tiles fill whole lines of 2, 3, 4, 6, 8 or 12. */
const FOLDED_TILES = 24
/** Folding fewer rows than this is not worth a button. */
const FEWEST_HIDDEN = 3
/** However many files have failed, a folded list also shows this many others. */
const OTHERS = 4
const MOST_FOLDED = 50
/** How long a finished row stays before another takes its place, so that users see it finish. */
const DWELL_MS = 1_500
/** How often to check whether the list is still in use. */
const CHECK_MS = 1_000

/** A folded list shows files with a lower rank first. */
const FAILED = 0
const UNDER_WAY = 1
const IDLE = 2
const DONE = 3

type Effects = Pick<FilesViewEffects, 'isInUse' | 'focusedRow'>
type Ids = ReadonlySet<string>

interface Arrangement {
  /** Files that have failed or were rejected. They stay in front while they are retried. */
  readonly front: Ids
  /** The rows that a folded list shows. */
  readonly folded: Ids
}

type Files = Pick<ViewModel, 'items' | 'removed' | 'layout' | 'now'>

export interface OrderedRows {
  readonly all: readonly UploadItem[]
  readonly folded: readonly UploadItem[]
}

export class RowOrder {
  readonly #effects: Effects
  #known: Ids = new Set()
  #current: Arrangement = { front: new Set(), folded: new Set() }
  #wantedSince: number | undefined
  #changeInMs: number | undefined

  constructor(effects: Effects) {
    this.#effects = effects
  }

  /** Time until the rows may change, even if no file does. */
  get changeInMs(): number | undefined {
    return this.#changeInMs
  }

  arrange(model: Files): OrderedRows {
    const { items, now } = model
    const kept = this.#kept(model)
    const wanted = this.#wanted(model)
    const isSame = areEqual(kept.front, wanted.front) && areEqual(kept.folded, wanted.folded)
    // New rows move the others anyway.
    const isAtOnce = this.#hasNew(items) || isSame
    this.#changeInMs = isAtOnce ? undefined : this.#delayMs(now)
    if (this.#changeInMs === undefined) this.#wantedSince = undefined
    this.#current = this.#changeInMs === undefined ? wanted : kept
    const { front, folded } = this.#current
    const all =
      front.size > 0
        ? [...items.filter(({ id }) => front.has(id)), ...items.filter(({ id }) => !front.has(id))]
        : items
    return { all, folded: all.filter(({ id }) => folded.has(id)) }
  }

  #hasNew(items: readonly UploadItem[]): boolean {
    const before = this.#known
    if (items.length === before.size && items.every(({ id }) => before.has(id))) return false
    this.#known = idsOf(items)
    return items.some(({ id }) => !before.has(id))
  }

  #delayMs(now: Date): number | undefined {
    this.#wantedSince ??= now.getTime()
    if (this.#effects.isInUse()) return CHECK_MS
    const left = this.#wantedSince + DWELL_MS - now.getTime()
    return left > 0 ? left : undefined
  }

  /** The current rows. Hidden files take the places of those that have left the list. */
  #kept(model: Files): Arrangement {
    const { front: before, folded: shown } = this.#current
    const front = idsOf(model.items.filter(({ id }) => before.has(id)))
    return { front, folded: pick(model, front, ({ id }, rank) => (shown.has(id) ? 0 : rank + 1)) }
  }

  #wanted(model: Files): Arrangement {
    const { front: before, folded: shown } = this.#current
    const isFirst = (item: UploadItem) =>
      isBad(item) || (before.has(item.id) && item.state !== 'done')
    const front = idsOf(model.items.filter(isFirst))
    const focused = this.#effects.focusedRow()
    // Of two files with the same rank, the one that is already shown stays.
    const folded = pick(model, front, ({ id }, rank) =>
      id === focused ? 0 : 2 * rank + (shown.has(id) ? 0 : 1),
    )
    return { front, folded }
  }
}

/** Picks as many rows as a folded list shows, by ascending rank and then by age. */
function pick(
  { items, removed, layout }: Files,
  front: Ids,
  rankIn: (item: UploadItem, rank: number) => number,
): Ids {
  const rows =
    layout === 'grid'
      ? Math.min(MOST_FOLDED, front.size) + FOLDED_TILES
      : Math.max(FOLDED, Math.min(MOST_FOLDED, front.size + OTHERS))
  if (items.length < rows + FEWEST_HIDDEN) return idsOf(items)
  const byRank: UploadItem[][] = []
  for (const item of items) {
    const at = rankIn(item, front.has(item.id) ? FAILED : rankOf(item, removed))
    byRank[at] ??= []
    byRank[at].push(item)
  }
  return idsOf(byRank.flat().slice(0, rows))
}

/** A removed file counts as under way, so that it can be restored. */
function rankOf(item: UploadItem, removed: Ids): number {
  if (removed.has(item.id)) return UNDER_WAY
  if (isBad(item)) return FAILED
  if (item.state === 'done') return DONE
  return isActive(item.state) && item.state !== 'queued' ? UNDER_WAY : IDLE
}

export function isBad(item: UploadItem): boolean {
  return item.state === 'failed' || isRejected(item)
}

function idsOf(items: readonly UploadItem[]): Ids {
  return new Set(items.map(({ id }) => id))
}

function areEqual(one: Ids, other: Ids): boolean {
  return one.size === other.size && [...one].every((id) => other.has(id))
}
