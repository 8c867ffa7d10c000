/**
 * Arithmetic of what is counted.
 *
 * @module
 */

import type { QuotaAmount } from './quota-store.ts'

/** Returns what is left of limits; never less than nothing. */
export function remainingOf(limits: QuotaAmount, used: QuotaAmount): QuotaAmount {
  return {
    files: Math.max(0, limits.files - used.files),
    size: Math.max(0, limits.size - used.size),
  }
}

/** Says whether there is room for an amount. */
export function fitsInto({ files, size }: QuotaAmount, room: QuotaAmount): boolean {
  return files <= room.files && size <= room.size
}
