import { receivedText } from '../message/refusal.ts'
import { parseIsoDate } from '../object-lock/requested-lock.ts'

export interface Clock {
  readonly now: () => Date
  /** Returns a larger number on every call. */
  readonly nextSequence: () => number
}

/** Dates in S3's responses have years with four digits. */
const END_MS = Date.UTC(9999, 0)

/** The server's clock, which `/_admin/clock` can move. It keeps running. */
export class MovableClock {
  /** How far it is ahead of the unmoved clock or, if negative, behind. */
  offsetMs = 0
  readonly #unmoved: () => Date

  constructor(unmoved = () => new Date()) {
    this.#unmoved = unmoved
  }

  readonly now = (): Date => new Date(this.#unmoved().getTime() + this.offsetMs)

  /** @throws {TypeError} Unless `setting` is `{ now }` or `{ offsetMs }`, from 1970 to 9998. */
  move(setting: unknown): void {
    const unmovedMs = this.#unmoved().getTime()
    const offsetMs = offsetIn(setting, unmovedMs)
    if (unmovedMs + offsetMs >= 0 && unmovedMs + offsetMs < END_MS) this.offsetMs = offsetMs
    else {
      throw new TypeError(
        `the clock is ${receivedText(setting)}, expected { "now": "2026-01-31T12:00:00Z" } or { "offsetMs": 86400000 }, and a time from 1970 to 9998`,
      )
    }
  }
}

/** @returns `NaN` if it is none. */
function offsetIn(setting: unknown, unmovedMs: number): number {
  const [[name, value] = [], ...others] = Object.entries(setting ?? {})
  if (others.length > 0) return Number.NaN
  if (name === 'offsetMs' && typeof value === 'number') return value
  if (name !== 'now' || typeof value !== 'string') return Number.NaN
  return (parseIsoDate(value) ?? Number.NaN) - unmovedMs
}
