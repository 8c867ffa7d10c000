/**
 * The form state that the browser saves and restores when the user navigates back to the page.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/ElementInternals/setFormValue
 * @module
 */

import type { UploadItem } from '../../client/list/snapshot.ts'
import { isRejected } from '../../client/list/verdicts.ts'
import type { CompleteResponse } from '../../protocol/messages.ts'

/** Caches each file's JSON, because all files are serialized again whenever one is stored. */
const WRITTEN = new WeakMap<UploadItem, string>()

export function formStateOf(items: readonly UploadItem[]): string {
  return `[${items.filter((item) => item.completed && !isRejected(item)).map(write)}]`
}

function write(item: UploadItem): string {
  const { name, size, type, completed } = item
  const text = WRITTEN.get(item) ?? JSON.stringify({ name, size, type, completed })
  WRITTEN.set(item, text)
  return text
}

/** Ignores invalid entries. */
export function filesOfState(state: unknown): readonly UploadItem[] {
  const list = typeof state === 'string' ? parse(state) : undefined
  if (!Array.isArray(list)) return []
  return list.filter(isStored).map(({ name, size, type, completed }, index) => ({
    ...{ id: `restored-${index + 1}`, name, size, type, completed },
    state: 'done',
    previewUrl: undefined,
    progress: { sent: size, stored: size, total: size, fraction: 1 },
  }))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface StoredFile {
  readonly name: string
  readonly size: number
  readonly type: string
  readonly completed: CompleteResponse
}

function isStored(value: unknown): value is StoredFile {
  if (typeof value !== 'object' || value === null) return false
  const { name, size, type, completed } = value as Partial<Record<keyof StoredFile, unknown>>
  return (
    typeof name === 'string' &&
    typeof size === 'number' &&
    typeof type === 'string' &&
    typeof completed === 'object' &&
    completed !== null &&
    typeof (completed as Partial<CompleteResponse>).key === 'string'
  )
}
