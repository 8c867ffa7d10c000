/**
 * Tells screen readers how it goes: politely, and at the quarters, not at every percent.
 *
 * @module
 */

import type { Upload } from 'waybill/client'
import { element } from './elements.ts'
import { describeSending } from './sending.ts'

const STEP = 25

export interface Announcer {
  /** Says what is new of an upload, if it is worth saying. */
  tell(upload: Upload): void
  /** Says something else. */
  say(text: string): void
}

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
