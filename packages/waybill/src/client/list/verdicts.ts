import { type UploadError, whose } from '../../protocol/upload-error.ts'
import type { UploadItem } from './snapshot.ts'

/** Whether the file itself was refused. It would be refused again, so a retry does not help. */
export function isRefused(error: UploadError | undefined): boolean {
  return error !== undefined && whose(error) === 'file'
}

/** Whether the arrival check rejected a stored file. */
export function isRejected({ verdict }: Pick<UploadItem, 'verdict'>): boolean {
  return verdict?.verdict === 'rejected'
}

/** The receipts to submit with a form: those of stored files, except rejected ones. */
export function receiptsOf(items: readonly UploadItem[]): readonly string[] {
  return items.flatMap((item) => (isRejected(item) ? [] : (item.completed?.receipt ?? [])))
}
