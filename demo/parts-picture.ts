/**
 * A live picture of the multipart uploads in the bucket: one square for each part that S3 has. It
 * asks S3, not the page's own uploads, so it also shows those of other tabs, and of yesterday.
 *
 * @module
 */

import type { UnfinishedUpload } from '../src/cli/dev/unfinished-uploads.ts'
import { element } from './elements.ts'
import { count, sizeText } from './words.ts'

/** What is known of a running upload: S3 does not know how large it will be. */
export interface RunningFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
}

/** Reads and draws the parts. @returns Whether there are any. */
export async function drawParts(running: readonly RunningFile[]): Promise<boolean> {
  const answer = await fetch('/api/unfinished')
  if (!answer.ok) return false
  const uploads: readonly UnfinishedUpload[] = await answer.json()
  const list = element('parts', HTMLElement)
  list.replaceChildren(...uploads.map((upload) => drawn(upload, running)))
  element('no-parts', HTMLElement).hidden = uploads.length > 0
  return uploads.length > 0
}

function drawn({ key, parts }: UnfinishedUpload, running: readonly RunningFile[]): HTMLElement {
  const item = document.createElement('li')
  const name = key.slice(key.lastIndexOf('/') + 1)
  const size = running.find((file) => file.name === name)?.size
  // All parts but the last are of one size.
  const partSize = Math.max(1, ...parts.map((part) => part.size))
  const last = Math.max(0, ...parts.map(({ partNumber }) => partNumber))
  const total = size === undefined ? last : Math.max(last, Math.ceil(size / partSize))
  const stored = new Set(parts.map(({ partNumber }) => partNumber))
  const sum = parts.reduce((bytes, part) => bytes + part.size, 0)
  const title = document.createElement('p')
  title.textContent = `${name}: S3 has ${count(parts.length, 'part')}, ${sizeText(sum)}`
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
