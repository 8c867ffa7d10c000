/**
 * Announces the progress of uploads to screen readers: politely, and only at each quarter.
 *
 * @module
 */

import type { Upload } from 'waybill/client'
import { element } from './elements.ts'
import { describeSending } from './sending.ts'

const STEP = 25

/** Announces texts to screen readers. */
export interface Announcer {
  /** Announces the state of an upload, if it has changed enough. */
  tell(upload: Upload): void
  /** Announces another text. */
  say(text: string): void
}

/** Makes an announcer. */
export function createAnnouncer(): Announcer {
  const region = element('announcement', HTMLElement)
  const said = new WeakMap<Upload, string>()
  return {
    tell(upload) {
      const { status, percent } = describeSending(upload)
      const quarter = Math.floor(percent / STEP) * STEP
      const how = upload.error?.message ?? (quarter > 0 ? `${quarter} %` : '')
      const text = `${upload.name}: ${status}${how && `, ${how}`}`
      if (said.get(upload) === text) return
      said.set(upload, text)
      region.textContent = text
    },
    say(text) {
      region.textContent = text
    },
  }
}
