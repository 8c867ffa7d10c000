import type { UploadItem } from './snapshot.ts'

/** Whether the arrival check rejected a stored file. */
export function isRejected({ verdict }: Pick<UploadItem, 'verdict'>): boolean {
  return verdict?.verdict === 'rejected'
}

/** The receipts to submit with a form: those of stored files, except rejected ones. */
export function receiptsOf(items: readonly UploadItem[]): readonly string[] {
  return items.flatMap((item) => (isRejected(item) ? [] : (item.completed?.receipt ?? [])))
}
