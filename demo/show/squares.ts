/**
 * Draws the bucket's multipart uploads, with one square for each part that S3 has. The data comes
 * from S3, so the picture includes uploads from other tabs and earlier visits.
 *
 * @module
 */

import type { UnfinishedUpload } from '../../packages/waybill-cli/src/dev/unfinished-uploads.ts'
import { make } from '../elements.ts'
import { count, sizeText } from '../words.ts'

/** A file that this page is uploading. S3 does not know its final size. */
export interface RunningFile {
  readonly name: string
  /** In bytes. */
  readonly size: number
}

export interface SquaresOptions {
  /** Returns the files that this page is sending. */
  readonly running: () => readonly RunningFile[]
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

/** @param root - The empty element for the picture. */
export function createSquares(
  root: HTMLElement,
  {
    running,
    events,
    url = '/api/unfinished',
    fetch = globalThis.fetch.bind(globalThis),
  }: SquaresOptions,
): void {
  const nothing = 'Nothing. Send a file of 17 MB or more, then break the connection.'
  const empty = make('p', { className: 'fine', id: 'no-parts' }, nothing)
  const list = make('ul', { className: 'parts', id: 'parts' })
  root.append(empty, list)
  const draw = async () => {
    const answer = await fetch(url)
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
    const found: readonly UnfinishedUpload[] = await answer.json()
    const files = running()
    // An upload without parts was abandoned, unless this page is sending it.
    const uploads = found.filter(({ key, parts }) => parts.length > 0 || sizeOf(key, files))
    list.replaceChildren(...uploads.map((upload) => drawn(upload, files)))
    empty.hidden = uploads.length > 0
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

function sizeOf(key: string, running: readonly RunningFile[]): number | undefined {
  return running.find(({ name }) => name === nameOf(key))?.size
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

function drawn({ key, parts }: UnfinishedUpload, running: readonly RunningFile[]): HTMLElement {
  const size = sizeOf(key, running)
  // All parts but the last have the same size.
  const partSize = Math.max(1, ...parts.map((part) => part.size))
  const last = Math.max(0, ...parts.map(({ partNumber }) => partNumber))
  const total = size === undefined ? last : Math.max(last, Math.ceil(size / partSize))
  const stored = new Set(parts.map(({ partNumber }) => partNumber))
  const sum = parts.reduce((bytes, part) => bytes + part.size, 0)
  const shown = parts.length === 0 ? 0 : Math.min(total, MOST_SQUARES)
  const squares = Array.from({ length: shown }, (_, index) =>
    make('i', { className: stored.has(index + 1) ? 'stored' : '' }),
  )
  const ariaLabel = `${parts.length} of ${parts.length === 0 ? 'unknown' : total} parts`
  return make(
    'li',
    {},
    make('p', {}, `${nameOf(key)}: S3 has ${count(parts.length, 'part')}, ${sizeText(sum)}`),
    make('div', { className: 'squares', role: 'img', ariaLabel }, ...squares),
  )
}
