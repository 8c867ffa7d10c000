/**
 * Formats times, durations and content types for the page.
 *
 * @module
 */

import type { CompleteResponse } from 'waybill'
import type { ObjectVerdict } from '../src/cli/dev/dev-arrivals.ts'

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' })
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

/** Formats a time: `14:03` for today, else `24 Nov 2026`. */
export function when(instant: Date, now: Date): string {
  const today = DATE.format(instant) === DATE.format(now)
  return today ? TIME.format(instant) : DATE.format(instant)
}

/** Formats a remaining time: `4 s left`, `3 min left`, `1 h 5 min left`. */
export function timeLeft(seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s left`
  if (minutes < 60) return `${minutes} min left`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`
}

/** Names the checksum that the signer compared after the upload: `Verified: SHA-256`. */
export function verifiedWith(how: CompleteResponse['verifiedBy']): string {
  return `Verified: ${how === 'SHA256' ? 'SHA-256' : how}`
}

/** Names a verdict: `Verified`, `Rejected: content differs`, or `Stored` without a verdict. */
export function arrivedAs(verdict: ObjectVerdict | undefined): string {
  if (!verdict) return 'Stored'
  if (verdict.verdict === 'verified') return 'Verified'
  return `Rejected: ${verdict.reason.replaceAll('-', ' ')}`
}

/** Formats a count: `1 object`, `3 objects`. */
export function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`
}

/** Formats the content types of a rule: `video, image, text, pdf`. */
export function kinds(types: readonly string[]): string {
  const words = types.map((type) => {
    const [family = '', name = ''] = type.split('/')
    if (type === '*/*') return 'any file'
    return name === '*' || types.includes(`${family}/*`) || family === 'text' ? family : name
  })
  return [...new Set(words)].join(', ')
}
