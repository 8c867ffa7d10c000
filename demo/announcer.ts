/**
 * Tells screen readers how it goes: politely, and at the quarters, not at every percent.
 *
 * @module
 */

import { element } from './elements.ts'
import type { Sending } from './sending.ts'

const STEP = 25

export interface Announcer {
  say(text: string): void
  progress(sending: Sending): void
}

export function createAnnouncer(): Announcer {
  const region = element('announcement', HTMLElement)
  const said = new WeakMap<Sending['upload'], string>()
  const say = (text: string) => {
    region.textContent = text
  }
  return {
    say,
    progress({ upload, status, percent }) {
      const quarter = Math.floor(percent / STEP) * STEP
      const text = `${upload.name}: ${status}${quarter > 0 ? `, ${quarter} %` : ''}`
      if (said.get(upload) === text) return
      said.set(upload, text)
      say(text)
    },
  }
}
