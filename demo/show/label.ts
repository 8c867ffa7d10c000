/**
 * Shows a signed waybill as a shipping label. A field that is sent differently from what was signed
 * turns red, and S3's decision is stamped on the label.
 *
 * @module
 */

import { make, nameParts } from '../elements.ts'
import { bytesText, count } from '../words.ts'
import { createBarCode } from './bar-code.ts'
import { hexOf, type SignedWaybill } from './signed-waybill.ts'

const NAMES = {
  key: 'Key',
  size: 'Size',
  type: 'Type',
  sha256: 'SHA-256',
  expires: 'Expires',
  permits: 'Signed for',
} as const

export type LabelField = keyof typeof NAMES

/** How a request differs from what was signed. */
export interface Difference {
  readonly field: LabelField
  readonly signed: string
  readonly sent: string
}

export interface Stamp {
  readonly word: 'REFUSED' | 'STORED' | 'REJECTED'
  /** For example `403 AccessDenied`. */
  readonly detail: string
}

export interface Label {
  /** Also removes the stamp and the mark. `undefined` shows an empty label. */
  show(waybill: SignedWaybill | undefined): void
  mark(difference: Difference | undefined): void
  stamp(stamp: Stamp | undefined): void
}

export interface LabelOptions {
  /** @default the system's clock */
  readonly now?: () => number
}

const TICK_MS = 250
/** Shown until the signer has answered. */
const NOTHING = '\u2013'
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** @param root - The empty element that becomes the label. */
export function createLabel(root: HTMLElement, { now = Date.now }: LabelOptions = {}): Label {
  const fields = new Map<LabelField, HTMLElement>()
  const field = (name: LabelField) => {
    const value = make('dd')
    fields.set(name, value)
    const box = make('div', {}, make('dt', {}, NAMES[name]), value)
    box.dataset.field = name
    return box
  }
  const names: readonly LabelField[] = ['key', 'size', 'type', 'sha256', 'permits', 'expires']
  const list = make('dl', {}, ...names.map(field))
  const left = make('span', { className: 'left' })
  const code = createBarCode()
  const digits = make('p', { className: 'digits', ariaHidden: 'true' })
  const difference = make('p', { className: 'difference' })
  const mark = make('p', { className: 'stamp', hidden: true })
  const bars = make('div', { className: 'bars' }, code.element, mark)
  const foot = make('div', { className: 'foot' }, difference, bars, digits)
  root.append(list, foot)
  let shown: SignedWaybill | undefined
  let marked: Difference | undefined

  const tick = () => {
    left.textContent = shown ? timeLeft(shown.expiration.getTime() - now()) : ''
  }
  const draw = () => {
    for (const [name, value] of fields) {
      const box = value.parentElement
      const isMarked = marked?.field === name
      if (isMarked) box?.setAttribute('data-changed', '')
      else box?.removeAttribute('data-changed')
      // A form expires when it was signed to, whatever is sent.
      const isReplaced = isMarked && name !== 'expires'
      const content = isReplaced ? contentOf(name, marked?.sent ?? '') : contentsOf(shown, name)
      value.replaceChildren(...content, ...(name === 'expires' ? [left] : []))
      const term = value.previousElementSibling
      if (term) term.textContent = isMarked ? `${NAMES[name]}, changed` : NAMES[name]
    }
    const hex = shown?.sha256 && hexOf(shown.sha256)
    const { parts = 0 } = shown ?? {}
    if (parts > 0) code.drawParts(parts)
    else code.draw(hex, marked?.field === 'sha256' ? marked.sent : undefined)
    const hashDigits = hex ? grouped(hex.slice(0, 16)) : ''
    digits.textContent = parts > 0 ? count(parts, 'signed part') : hashDigits
    difference.replaceChildren(...sentences(shown, marked).map((text) => make('span', {}, text)))
    difference.classList.toggle('bad', marked !== undefined)
    tick()
  }
  draw()
  setInterval(tick, TICK_MS)
  return {
    show: (waybill) => {
      shown = waybill
      marked = undefined
      mark.hidden = true
      draw()
    },
    mark: (change) => {
      marked = change
      mark.hidden = true
      draw()
    },
    stamp: (stamp) => {
      mark.hidden = stamp === undefined
      mark.dataset.word = stamp?.word ?? ''
      mark.replaceChildren(
        make('b', {}, stamp?.word ?? ''),
        ' ',
        make('span', {}, stamp?.detail ?? ''),
      )
    },
  }
}

function contentsOf(waybill: SignedWaybill | undefined, name: LabelField) {
  if (!waybill) return [NOTHING]
  const { key, size, type, sha256, expiration, permits } = waybill
  const texts: Readonly<Record<LabelField, string>> = {
    key,
    size: sizeRange(size),
    type,
    sha256: sha256 ? hexOf(sha256) : 'not signed: each part has its own checksum',
    expires: TIME.format(expiration),
    permits,
  }
  return contentOf(name, texts[name])
}

function contentOf(name: LabelField, text: string): readonly (string | Node)[] {
  if (name === 'key') {
    const end = text.lastIndexOf('/') + 1
    return [
      make('span', { className: 'folder' }, text.slice(0, end)),
      make('span', { className: 'file', title: text }, ...nameParts(text.slice(end))),
    ]
  }
  if (name !== 'sha256' || !/^[0-9a-f]{64}$/.test(text)) {
    return [make('span', { className: 'value', title: text }, text)]
  }
  // Spaces between the groups would be copied with them.
  const groups = text.match(/.{8}/g) ?? []
  return groups.flatMap((group) => [make('span', { className: 'group' }, group), make('wbr')])
}

function sizeRange({ min, max }: SignedWaybill['size']): string {
  return min === max ? bytesText(max) : `${min} to ${bytesText(max)}`
}

function timeLeft(ms: number): string {
  if (ms <= 0) return 'expired'
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`
}

function grouped(hex: string): string {
  return hex.replace(/(.{4})(?=.)/g, '$1 ')
}

function sentences(waybill: SignedWaybill | undefined, change: Difference | undefined) {
  if (change) return [`Signed: ${short(change.signed)}`, `Sent: ${short(change.sent)}`]
  return [waybill ? 'As signed. S3 accepts this and nothing else.' : 'Waiting for the signer.']
}

/** Shortens a hash, which the label shows in full. */
function short(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text
}
