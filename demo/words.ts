/**
 * Instants, durations and content types in the page's words.
 *
 * @module
 */

import type { CompleteResponse } from 'waybill'
import type { ObjectVerdict } from '../src/cli/dev/dev-arrivals.ts'

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' })
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

/** @returns `14:03` for today, else `24 Nov 2026`. */
export function when(instant: Date, now: Date): string {
  const today = DATE.format(instant) === DATE.format(now)
  return today ? TIME.format(instant) : DATE.format(instant)
}

/** @returns `4 s left`, `3 min left`, `1 h 5 min left`. */
export function timeLeft(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s left`
  if (minutes < 60) return `${minutes} min left`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`
}

/** @returns `Verified: SHA-256`: what the signer compared after the bytes had arrived. */
export function verifiedWith(how: CompleteResponse['verifiedBy']): string {
  return `Verified: ${how === 'SHA256' ? 'SHA-256' : how}`
}

/** @returns `Verified`, `Rejected: content differs`, or `Stored` where no verdict is known: what arrival found once the object was there. */
export function arrivedAs(verdict: ObjectVerdict | undefined): string {
  if (!verdict) return 'Stored'
  if (verdict.verdict === 'verified') return 'Verified'
  return `Rejected: ${verdict.reason.replaceAll('-', ' ')}`
}

/** @returns `1 object`, `3 objects`. */
export function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`
}

/** @returns `video, image, text, pdf` for a rule's content types. */
export function kinds(types: readonly string[]): string {
  const words = types.map((type) => {
    const [family = '', name = ''] = type.split('/')
    if (type === '*/*') return 'any file'
    return name === '*' || types.includes(`${family}/*`) || family === 'text' ? family : name
  })
  return [...new Set(words)].join(', ')
}
