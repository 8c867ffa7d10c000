/**
 * The events of the element. They tell what has happened to its files between two moments.
 *
 * @module
 */

import type { UploadItem } from '../client/list/snapshot.ts'
import type { UploadErrorCode } from '../protocol/upload-error.ts'

/** What an event about one file tells. */
export interface WaybillItemDetail<Item extends UploadItem = UploadItem> {
  readonly item: Item
}

/** Name → event. All bubble, also out of a shadow tree (`composed`). */
export interface WaybillUploadEvents {
  /**
   * A person has chosen, dropped or pasted files. `preventDefault()` leaves them out; then
   * `element.add` may take some of them.
   */
  readonly 'waybill-add': CustomEvent<{ readonly files: readonly File[] }>
  /** A file is on its way. */
  readonly 'waybill-start': CustomEvent<WaybillItemDetail>
  /** Bytes of a file have left; at most ten times a second for each. */
  readonly 'waybill-progress': CustomEvent<WaybillItemDetail>
  /**
   * Nothing of a file moves; `item.waiting` tells why and until when. Sent again when this changes.
   */
  readonly 'waybill-waiting': CustomEvent<WaybillItemDetail>
  /** A file is not accepted; `item.error` tells why. */
  readonly 'waybill-refuse': CustomEvent<WaybillItemDetail>
  /** An upload has failed; `item.error` tells why. */
  readonly 'waybill-error': CustomEvent<WaybillItemDetail>
  /** A file is stored; `item.completed` has key and receipt. */
  readonly 'waybill-stored': CustomEvent<WaybillItemDetail>
  /** Nothing is under way any more. `receipts` are the element's value now. */
  readonly 'waybill-done': CustomEvent<{
    readonly receipts: readonly string[]
    readonly failed: number
  }>
}

/** The name of an event of the element. */
export type WaybillUploadEventName = keyof WaybillUploadEvents

/** An event about one file that is to be told. */
interface ItemEvent {
  readonly name: Exclude<WaybillUploadEventName, 'waybill-add' | 'waybill-done'>
  readonly item: UploadItem
}

const REFUSALS: ReadonlySet<UploadErrorCode> = new Set([
  'FILE_TOO_LARGE',
  'FILE_TOO_SMALL',
  'FILE_TYPE_NOT_ALLOWED',
  'FILE_NAME_INVALID',
  'FILE_REFUSED',
  'TOO_MANY_FILES',
])

/** A file at its end, or one that waits to be started. */
const IDLE: ReadonlySet<UploadItem['state']> = new Set(['ready', 'done', 'failed', 'aborted'])

/** States in which nothing of a file has left yet. */
const BEFORE: ReadonlySet<UploadItem['state'] | undefined> = new Set([
  undefined,
  'ready',
  'preparing',
  'failed',
  'aborted',
])

/** What an element has, as far as events tell of it. */
interface Moment {
  readonly items: readonly UploadItem[]
  /** Without those that were removed. */
  readonly kept: readonly UploadItem[]
  readonly receipts: readonly string[]
}

/** Tells what has happened to the files of an element between two moments. */
export function tellEvents(element: HTMLElement, before: Moment, after: Moment): void {
  for (const { name, item } of eventsBetween(before.items, after.kept)) {
    tell(element, name, { item })
  }
  const { receipts, kept } = after
  if (!areEqual(receipts, before.receipts)) {
    element.dispatchEvent(new Event('change', { bubbles: true }))
  }
  const failed = kept.filter(({ state }) => state === 'failed').length
  const isOver = before.kept.some(isUnderWay) && !kept.some(isUnderWay)
  if (isOver && receipts.length + failed > 0) tell(element, 'waybill-done', { receipts, failed })
}

/** @returns Whether two lists have the same members, in the same order. */
export function areEqual(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((member, index) => member === other[index])
}

/** @returns `false` if a listener has called `preventDefault()` on a cancelable event. */
export function tell<Name extends WaybillUploadEventName>(
  element: HTMLElement,
  name: Name,
  detail: WaybillUploadEvents[Name]['detail'],
): boolean {
  const cancelable = name === 'waybill-add'
  return element.dispatchEvent(
    new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }),
  )
}

/** @returns Whether a file is on its way, or would be if it were not paused. */
export function isUnderWay({ state }: UploadItem): boolean {
  return !IDLE.has(state)
}

/** @returns Whether a file was refused for what it is, so that sending it again is of no use. */
export function isRefused({ state, error }: UploadItem): boolean {
  return state === 'failed' && error !== undefined && REFUSALS.has(error.code)
}

/** @returns What happened to each file, in the order of the list. */
function eventsBetween(
  before: readonly UploadItem[],
  after: readonly UploadItem[],
): readonly ItemEvent[] {
  let known: ReadonlyMap<string, UploadItem> | undefined
  const previousOf = ({ id }: UploadItem, at: UploadItem | undefined) => {
    if (at?.id === id) return at
    known ??= new Map(before.map((item) => [item.id, item]))
    return known.get(id)
  }
  const events: ItemEvent[] = []
  for (const [index, item] of after.entries()) {
    if (item === before[index]) continue
    const previous = previousOf(item, before[index])
    if (previous === item) continue
    for (const name of namesFor(previous, item)) events.push({ name, item })
  }
  return events
}

function namesFor(
  previous: UploadItem | undefined,
  item: UploadItem,
): readonly ItemEvent['name'][] {
  const { state, progress, waiting } = item
  // A form has restored it.
  if (!previous && state === 'done') return []
  const names: ItemEvent['name'][] = []
  const isChanged = previous?.state !== state
  if (BEFORE.has(previous?.state) && !BEFORE.has(state)) names.push('waybill-start')
  if (previous && previous.progress.sent !== progress.sent) names.push('waybill-progress')
  if (state === 'waiting' && previous?.waiting !== waiting) names.push('waybill-waiting')
  if (isChanged && state === 'failed') {
    names.push(isRefused(item) ? 'waybill-refuse' : 'waybill-error')
  }
  if (isChanged && state === 'done') names.push('waybill-stored')
  return names
}
