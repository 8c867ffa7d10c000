/**
 * Announces uploads to screen readers: how they go, politely and once a second at most; what fails,
 * at once and each by name.
 *
 * @module
 */

import type { Upload } from 'waybill/client'
import { element } from './elements.ts'
import { describeSending } from './sending.ts'
import { count } from './words.ts'

/** Progress is told at each quarter. */
const STEP = 25
/** Of more uploads than these only numbers are told. */
const MOST_NAMES = 2
const CALM_MS = 1000
/** Failures of one moment are told together, because a new text takes the place of the last. */
const URGENT_MS = 250

/** Announces texts to screen readers. */
export interface Announcer {
  /** Announces the state of an upload, if it has changed enough. */
  tell(upload: Upload): void
  /** Announces a failure. */
  warn(text: string): void
}

/** Makes an announcer. */
export function createAnnouncer(): Announcer {
  const said = new WeakMap<Upload, string>()
  /** Those of which not all has been told. */
  const current = new Map<Upload, string>()
  const failures: string[] = []
  const tellStates = oncePer(CALM_MS, 'announcement', () => {
    const states = [...current]
    if (states.every(([upload]) => hasEnded(upload))) current.clear()
    if (states.length > MOST_NAMES) return summary(states.map(([upload]) => upload))
    return states.map(([, text]) => text).join('. ')
  })
  const tellFailures = oncePer(URGENT_MS, 'alarm', () => failures.splice(0).join('. '))
  const warn = (text: string) => {
    failures.push(text)
    tellFailures()
  }
  return {
    tell(upload) {
      const { status, percent } = describeSending(upload)
      const quarter = Math.floor(percent / STEP) * STEP
      const how = upload.error?.message ?? (quarter > 0 ? `${quarter} %` : '')
      const text = `${upload.name}: ${status}${how && `, ${how}`}`
      if (said.get(upload) === text) return
      said.set(upload, text)
      if (upload.error) warn(text)
      current.set(upload, text)
      tellStates()
    },
    warn,
  }
}

/** Returns a function that has the region say a text soon, and no two texts in shorter time. */
function oncePer(delayMs: number, id: string, text: () => string): () => void {
  const region = element(id, HTMLElement)
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    setTimeout(() => {
      isDue = false
      const next = text()
      if (next !== region.textContent) region.textContent = next
    }, delayMs)
  }
}

function hasEnded({ state }: Upload): boolean {
  return state === 'done' || state === 'failed' || state === 'aborted'
}

/** Counts uploads by state: `5 files: 3 delivered, 2 sending`. */
function summary(uploads: readonly Upload[]): string {
  const counts = new Map<string, number>()
  for (const upload of uploads) {
    const status = describeSending(upload).status.toLowerCase()
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  const states = [...counts].map(([status, number]) => `${number} ${status}`)
  return `${count(uploads.length, 'file')}: ${states.join(', ')}`
}
