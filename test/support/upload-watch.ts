/**
 * Waiting for what an upload does.
 *
 * @module
 */

import type { Upload, UploadEvents, UploadState } from 'waybill/client'
import type { MemoryRecords } from './memory-records.ts'
import type { System } from './system.ts'

/** @returns The first event of that name for which `isIt` holds. */
export function nextEvent<Name extends keyof UploadEvents>(
  upload: Upload,
  name: Name,
  isIt: (event: UploadEvents[Name]) => boolean = () => true,
): Promise<UploadEvents[Name]> {
  return new Promise((resolve) => {
    const off = upload.on(name, (event) => {
      if (!isIt(event)) return
      off()
      resolve(event)
    })
  })
}

/** @returns The states from now on, filled as they come. */
export function statesOf(upload: Upload): UploadState[] {
  const states = [upload.state]
  upload.on('state', ({ state }) => states.push(state))
  return states
}

/** @returns The error with which the upload fails. */
export async function failureOf(upload: Upload): Promise<unknown> {
  return upload.done.then(
    () => {
      throw new Error('the upload is done, expected it to fail')
    },
    (error: unknown) => error,
  )
}

/** Leaves the page when two parts are recorded: nothing is aborted, everything stands still. */
export async function leaveMidway(
  { storageProxy }: System,
  upload: Upload,
  { records, reload, written }: MemoryRecords,
): Promise<void> {
  await written(() => [...records.values()].some(({ crcs }) => crcs.filter(Boolean).length >= 2))
  upload.pause()
  await storageProxy.until(() => storageProxy.exchanges.every(({ ended }) => ended))
  reload()
}
