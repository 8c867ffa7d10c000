/**
 * Draws the bucket's multipart uploads, with one square for each part that S3 has. The data comes
 * from S3, so the picture includes uploads from other tabs and earlier visits.
 *
 * @module
 */

import type { UnfinishedUpload } from '../packages/waybill/src/cli/dev/unfinished-uploads.ts'
import { element } from './elements.ts'
import { count, sizeText } from './words.ts'

/** A file that this page is uploading. S3 does not know its final size. */
export interface RunningFile {
  readonly name: string
  /** In bytes. */
  readonly size: number
}

/** Rejects if the server does not respond. */
export async function drawParts(running: readonly RunningFile[]): Promise<void> {
  const answer = await fetch('/api/unfinished')
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  const found: readonly UnfinishedUpload[] = await answer.json()
  // An upload without parts was abandoned, unless this page is sending it.
  const uploads = found.filter(({ key, parts }) => parts.length > 0 || sizeOf(key, running))
  const list = element('parts', HTMLElement)
  list.replaceChildren(...uploads.map((upload) => drawn(upload, running)))
  element('no-parts', HTMLElement).hidden = uploads.length > 0
}

export function hasDrawnParts(): boolean {
  return element('parts', HTMLElement).childElementCount > 0
}

function sizeOf(key: string, running: readonly RunningFile[]): number | undefined {
  return running.find(({ name }) => name === nameOf(key))?.size
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1)
}

function drawn({ key, parts }: UnfinishedUpload, running: readonly RunningFile[]): HTMLElement {
  const item = document.createElement('li')
  const size = sizeOf(key, running)
  // All parts but the last have the same size.
  const partSize = Math.max(1, ...parts.map((part) => part.size))
  const last = Math.max(0, ...parts.map(({ partNumber }) => partNumber))
  const total = size === undefined ? last : Math.max(last, Math.ceil(size / partSize))
  const stored = new Set(parts.map(({ partNumber }) => partNumber))
  const sum = parts.reduce((bytes, part) => bytes + part.size, 0)
  const title = document.createElement('p')
  title.textContent = `${nameOf(key)}: S3 has ${count(parts.length, 'part')}, ${sizeText(sum)}`
  const squares = document.createElement('div')
  squares.className = 'squares'
  squares.role = 'img'
  squares.ariaLabel = `${parts.length} of ${parts.length === 0 ? 'unknown' : total} parts`
  for (let number = 1; number <= Math.min(total, 1000) && stored.size > 0; number++) {
    const square = document.createElement('i')
    if (stored.has(number)) square.className = 'stored'
    squares.append(square)
  }
  item.append(title, squares)
  return item
}
