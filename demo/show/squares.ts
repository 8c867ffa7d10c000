/**
 * Draws the uploads in parts, with one square for each part, filled if S3 has it. The data comes from
 * S3, so the picture includes uploads of earlier visits that can be resumed.
 *
 * @module
 */

import type { UnfinishedUpload } from '../../packages/waybill-cli/src/dev/unfinished-uploads.ts'
import { make } from '../elements.ts'
import { sizeText } from '../words.ts'

/** A file that is sent in parts. S3 does not know its final size. */
export interface SentFile {
  /** In bytes. */
  readonly size: number
  /** How many parts were signed. Missing after a reload. */
  readonly parts?: number | undefined
}

export interface SquaresOptions {
  /** Returns the file of an upload, or `undefined` if it will never be finished here. */
  readonly sending: (key: string) => SentFile | undefined
  /** Fires `parts` when S3 may have another part. */
  readonly events: Pick<EventTarget, 'addEventListener'>
  /** Lists the unfinished uploads. @default '/api/unfinished' */
  readonly url?: string
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
}

/** How often to look for parts from other tabs and earlier visits. */
const DRAWN_EVERY_MS = 5_000
const MOST_SQUARES = 1_000
/** More are drawn smaller. */
const MANY = 60

/** @param root - The empty element for the picture. */
export function createSquares(
  root: HTMLElement,
  {
    sending,
    events,
    url = '/api/unfinished',
    fetch = globalThis.fetch.bind(globalThis),
  }: SquaresOptions,
): void {
  const nothing = 'Nothing. Send a file of 20 MB or more, then cut the connection.'
  const empty = make('p', { className: 'fine', id: 'no-parts' }, nothing)
  const list = make('ul', { className: 'parts', id: 'parts' })
  root.append(empty, list)
  const draw = async () => {
    const answer = await fetch(url)
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
    const found: readonly UnfinishedUpload[] = await answer.json()
    const rows = found.flatMap((upload) => {
      const file = sending(upload.key)
      // After a reload, S3's first part tells how large they are.
      return file && (file.parts ?? upload.parts.length) > 0 ? [drawn(upload, file)] : []
    })
    list.replaceChildren(...rows)
    empty.hidden = rows.length > 0
  }
  let isDrawing = false
  let isWanted = false
  const redraw = async () => {
    isWanted = true
    if (isDrawing) return
    isDrawing = true
    while (isWanted) {
      isWanted = false
      // Keep the old picture if the server does not respond.
      await draw().catch(() => undefined)
    }
    isDrawing = false
  }
  events.addEventListener('parts', () => void redraw())
  setInterval(() => {
    if (!document.hidden && list.childElementCount > 0) void redraw()
  }, DRAWN_EVERY_MS)
  void redraw()
}

function drawn({ key, parts }: UnfinishedUpload, { size, parts: signed }: SentFile): HTMLElement {
  // All parts but the last have the same size.
  const partSize = Math.max(...parts.map((part) => part.size))
  const total = signed ?? Math.ceil(size / partSize)
  const stored = new Set(parts.map(({ partNumber }) => partNumber))
  const sum = parts.reduce((bytes, part) => bytes + part.size, 0)
  const squares = Array.from({ length: Math.min(total, MOST_SQUARES) }, (_, index) =>
    make('i', { className: stored.has(index + 1) ? 'stored' : '' }),
  )
  const text = `S3 has ${parts.length} of ${total} parts, ${sizeText(sum)} of ${sizeText(size)}`
  return make(
    'li',
    {},
    make('p', {}, `${key.slice(key.lastIndexOf('/') + 1)}: ${text}`),
    make('div', { className: total > MANY ? 'squares many' : 'squares' }, ...squares),
  )
}
