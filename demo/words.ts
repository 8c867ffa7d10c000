import type { CompleteResponse } from 'waybill'
import type { ObjectVerdict } from '../packages/waybill-cli/src/dev/dev-arrivals.ts'

const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' })
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })
const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']

/** Returns `14:03` for a time today, otherwise `24 Nov 2026`. */
export function when(instant: Date, now: Date): string {
  const today = DATE.format(instant) === DATE.format(now)
  return today ? TIME.format(instant) : DATE.format(instant)
}

/** Formats a size as the element does, for example `1.5 MB`. */
export function sizeText(bytes: number): string {
  // Write 1.0 MB rather than 1,000 kB.
  const step = Math.min(4, Math.floor(Math.log10(Math.max(1, bytes * 1.0005)) / 3))
  const value = bytes / 1000 ** step
  const digits = step > 1 && value < 100 ? 1 : 0
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit: SIZE_UNITS[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value)
}

/** Names the checksum that the signer compared after the upload: `Verified: SHA-256`. */
export function verifiedWith(how: CompleteResponse['verifiedBy']): string {
  return `Verified: ${how === 'SHA256' ? 'SHA-256' : how}`
}

/** Describes a verdict: `Verified`, `Rejected: content differs`, or `Stored` if there is none. */
export function arrivedAs(verdict: ObjectVerdict | undefined): string {
  if (!verdict) return 'Stored'
  if (verdict.verdict === 'verified') return 'Verified'
  return `Rejected: ${verdict.reason.replaceAll('-', ' ')}`
}

export function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`
}

/** Writes out every byte: `1,048,577 bytes`. */
export function bytesText(bytes: number): string {
  return `${bytes.toLocaleString('en')} ${bytes === 1 ? 'byte' : 'bytes'}`
}
