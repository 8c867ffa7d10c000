/**
 * Waiting for what a list does.
 *
 * @module
 */

import type { UploadItem, UploadList, UploadListSnapshot } from 'waybill/client'

/** @returns The first snapshot for which `isIt` holds, the one now included. */
export function snapshotOf<Result>(
  list: UploadList<Result>,
  isIt: (snapshot: UploadListSnapshot<Result>) => boolean,
): Promise<UploadListSnapshot<Result>> {
  return new Promise((resolve) => {
    const look = () => {
      const snapshot = list.getSnapshot()
      if (!isIt(snapshot)) return
      stop()
      resolve(snapshot)
    }
    const stop = list.subscribe(look)
    look()
  })
}

/** @returns The snapshot in which each item is at its end. */
export function settled<Result>(list: UploadList<Result>): Promise<UploadListSnapshot<Result>> {
  return snapshotOf(list, ({ items }) => items.every(({ state }) => ENDS.has(state)))
}

const ENDS: ReadonlySet<UploadItem['state']> = new Set(['done', 'failed', 'aborted'])

/** @returns The item of that id. */
export function itemOf<Result>(list: UploadList<Result>, id: string): UploadItem<Result> {
  const item = list.getSnapshot().items.find((one) => one.id === id)
  if (!item) throw new Error(`the list has no item ${id}`)
  return item
}

export function text(name: string, content = name): File {
  return new File([content], name, { type: 'text/plain' })
}
