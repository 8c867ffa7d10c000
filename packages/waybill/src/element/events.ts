/**
 * The element's events, derived from two consecutive snapshots of its files.
 *
 * @module
 */

import { isRefused, type UploadItem } from '../client/list/upload-list.ts'
import { hasStarted, isUnderWay } from '../client/upload/upload-state.ts'

/** The `detail` of an event about one file. */
export interface WaybillItemDetail<Item extends UploadItem = UploadItem> {
  readonly item: Item
}

/** The element's events by name. All of them bubble and are `composed`. */
export interface WaybillUploadEvents {
  /**
   * The user chose, dropped or pasted files. `preventDefault()` rejects all of them. To accept
   * some, also pass those to `element.add`.
   */
  readonly 'waybill-add': CustomEvent<{ readonly files: readonly File[] }>
  /** An upload has started. */
  readonly 'waybill-start': CustomEvent<WaybillItemDetail>
  /** Bytes were sent. Fires up to ten times per second for each file. */
  readonly 'waybill-progress': CustomEvent<WaybillItemDetail>
  /** An upload is waiting; see `item.waiting`. Fires again when `item.waiting` changes. */
  readonly 'waybill-waiting': CustomEvent<WaybillItemDetail>
  /** A file was refused; see `item.error`. */
  readonly 'waybill-refuse': CustomEvent<WaybillItemDetail>
  /** An upload failed; see `item.error`. */
  readonly 'waybill-error': CustomEvent<WaybillItemDetail>
  /** A file was stored. `item.completed` contains its key and receipt. */
  readonly 'waybill-stored': CustomEvent<WaybillItemDetail>
  /** The arrival check's verdict on a stored file is known; see `item.verdict`. */
  readonly 'waybill-verdict': CustomEvent<WaybillItemDetail>
  /** The last upload in flight has ended. `receipts` is the element's value. */
  readonly 'waybill-done': CustomEvent<{
    readonly receipts: readonly string[]
    readonly failed: number
  }>
}

/** Name of one of the element's events. */
export type WaybillUploadEventName = keyof WaybillUploadEvents

interface ItemEvent {
  readonly name: Exclude<WaybillUploadEventName, 'waybill-add' | 'waybill-done'>
  readonly item: UploadItem
}

interface Moment {
  readonly items: readonly UploadItem[]
  /** Without removed files. */
  readonly kept: readonly UploadItem[]
  readonly receipts: readonly string[]
}

export function tellEvents(element: HTMLElement, before: Moment, after: Moment): void {
  for (const { name, item } of eventsBetween(before.items, after.kept)) {
    tell(element, name, { item })
  }
  const { receipts, kept } = after
  if (!areEqual(receipts, before.receipts)) {
    element.dispatchEvent(new Event('change', { bubbles: true }))
  }
  const failed = kept.filter(({ state }) => state === 'failed').length
  const isOver = areUnderWay(before.kept) && !areUnderWay(kept)
  if (isOver && receipts.length + failed > 0) tell(element, 'waybill-done', { receipts, failed })
}

export function areEqual(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((member, index) => member === other[index])
}

/** @returns `false` if the event is cancelable and a listener canceled it. */
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

export function areUnderWay(items: readonly UploadItem[]): boolean {
  return items.some(({ state }) => isUnderWay(state))
}

/** @returns Whether the file was refused, or is one too many. */
export function isNotAccepted({ state, error }: UploadItem): boolean {
  return state === 'failed' && (isRefused(error) || error?.code === 'TOO_MANY_FILES')
}

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
  const { state, progress, waiting, verdict } = item
  // The browser restored this file with the form.
  if (!previous && state === 'done') return []
  const names: ItemEvent['name'][] = []
  const isChanged = previous?.state !== state
  if (!(previous && hasStarted(previous.state)) && hasStarted(state)) names.push('waybill-start')
  if (previous && previous.progress.sent !== progress.sent) names.push('waybill-progress')
  if (state === 'waiting' && previous?.waiting !== waiting) names.push('waybill-waiting')
  if (isChanged && state === 'failed') {
    names.push(isNotAccepted(item) ? 'waybill-refuse' : 'waybill-error')
  }
  if (isChanged && state === 'done') names.push('waybill-stored')
  const isKnown = verdict && verdict.verdict !== 'pending'
  if (isKnown && previous?.verdict !== verdict) names.push('waybill-verdict')
  return names
}
