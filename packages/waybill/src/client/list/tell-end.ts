/**
 * Calls the page's own functions when an item is at its end.
 *
 * @module
 */

import { reportError } from '../upload/report-error.ts'
import type { UploadListOptions } from './list-options.ts'
import type { UploadItem } from './snapshot.ts'

/** What they throw is reported. */
export function tellEnd<Result>(
  item: UploadItem<Result>,
  { onDone, onError }: UploadListOptions<string, Result>,
): void {
  try {
    if (item.state === 'done') onDone?.(item)
    else onError?.(item)
  } catch (error) {
    reportError(error)
  }
}
