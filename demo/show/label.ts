/**
 * Shows a signed waybill as a shipping label. A field that is sent differently from what was signed
 * turns red, and S3's decision is stamped on the label.
 *
 * @module
 */

import { make } from '../elements.ts'
import { bytesText } from '../words.ts'
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
  /**
   * Also removes the stamp and the mark, if the waybill is another.
   *
   * @param waybill - Only key and size if nobody knows what was signed.
   */
  show(waybill: SignedWaybill | Pick<SignedWaybill, 'key' | 'size'>): void
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
  const difference = make('p', { className: 'difference' })
  const mark = make('p', { className: 'stamp', hidden: true })
  const bars = make('div', { className: 'bars' }, code.element, mark)
  const foot = make('div', { className: 'foot' }, difference, bars)
  root.append(list, foot)
  let shown: Partial<SignedWaybill> | undefined
  let marked: Difference | undefined

  const tick = () => {
    const { expiration } = shown ?? {}
    left.textContent = expiration ? timeLeft(expiration.getTime() - now()) : ''
  }
  const draw = () => {
    for (const [name, value] of fields) {
      const box = value.parentElement
      const isMarked = marked?.field === name
      if (isMarked) box?.setAttribute('data-changed', '')
      else box?.removeAttribute('data-changed')
      // A form expires when it was signed to, whatever is sent.
      const isReplaced = isMarked && name !== 'expires'
      const content = isReplaced ? contentOf(name, marked?.sent ?? '') : contentsOf(name, shown)
      value.replaceChildren(...content, ...(name === 'expires' ? [left] : []))
      const term = value.previousElementSibling
      if (term) term.textContent = isMarked ? `${NAMES[name]}, changed` : NAMES[name]
    }
    const hex = shown?.sha256 && hexOf(shown.sha256)
    const { parts = 0 } = shown ?? {}
    if (parts > 0) code.drawParts(parts)
    else code.draw(hex, marked?.field === 'sha256' ? marked.sent : undefined)
    difference.replaceChildren(...sentences(shown, marked).map((text) => make('span', {}, text)))
    difference.classList.toggle('bad', marked !== undefined)
    tick()
  }
  draw()
  setInterval(tick, TICK_MS)
  return {
    show: (waybill) => {
      if (waybill === shown) return
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

function contentsOf(name: LabelField, waybill: Partial<SignedWaybill> = {}) {
  const { key, size, type, sha256, parts, expiration, permits } = waybill
  const noHash = parts ? 'not signed: each part has its own checksum' : undefined
  const texts: Readonly<Record<LabelField, string | undefined>> = {
    key,
    size: size && sizeRange(size),
    type,
    sha256: sha256 ? hexOf(sha256) : noHash,
    expires: expiration && TIME.format(expiration),
    permits,
  }
  return contentOf(name, texts[name] ?? NOTHING)
}

function contentOf(name: LabelField, text: string): readonly (string | Node)[] {
  if (name === 'key') {
    const end = text.lastIndexOf('/') + 1
    return [
      make('span', { className: 'folder' }, text.slice(0, end)),
      make('wbr'),
      make('span', { className: 'file' }, text.slice(end)),
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

function sentences(
  waybill: Partial<SignedWaybill> | undefined,
  change: Difference | undefined,
): readonly string[] {
  if (change) return [`Signed: ${short(change.signed)}`, `Sent: ${short(change.sent)}`]
  if (!waybill) return ['Waiting for the signer.']
  if (!waybill.permits) return ['Signed before this page was opened.']
  return ['As signed. S3 accepts this and nothing else.']
}

/** Shortens a hash, which the label shows in full. */
function short(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text
}
