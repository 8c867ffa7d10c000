/**
 * The list of what is in the bucket, with what is on its way there on top. Rows are as high in every state, and a row
 * that is still about the same thing is kept, so nothing moves and the focus stays where it was.
 *
 * @module
 */

import { formatSize } from 'waybill'
import type { Upload } from 'waybill/client'
import type { StoredObject, StoredObjects } from '../src/cli/stored-objects.ts'
import { button, element } from './elements.ts'
import { mediaKind } from './media.ts'
import type { Sending } from './sending.ts'
import { count, when } from './words.ts'

export interface ListActions {
  showUpload(upload: Upload): void
  showObject(object: StoredObject): void
}

export interface ListContents {
  /** The newest first. */
  readonly sendings: readonly Sending[]
  readonly stored: StoredObjects
  /** What the stage shows. */
  readonly shown: Upload | string | undefined
}

/** @returns A function that brings the list to its new contents. */
export function createBucketList(actions: ListActions): (contents: ListContents) => void {
  const list = element('rows', HTMLOListElement)
  const rows = new Map<Upload | string, HTMLLIElement>()

  const rowFor = (about: Upload | string, name: string, fill: (row: HTMLLIElement) => void) => {
    const known = rows.get(about)
    if (known) return known
    const made = newRow(name)
    fill(made)
    rows.set(about, made)
    return made
  }

  return ({ sendings, stored, shown }) => {
    const wanted = new Map<Upload | string, HTMLLIElement>()
    for (const sending of sendings) {
      const { upload } = sending
      const row = rowFor(upload, upload.name, (made) =>
        setActions(
          made,
          button('Show', `Show ${upload.name}`, () => actions.showUpload(upload)),
        ),
      )
      setAbout(row, sending.error ? sending.status : `${sending.status}, ${sending.percent} %`)
      wanted.set(upload, row)
    }
    for (const object of stored.objects) {
      const row = rowFor(object.key, object.name, (made) => fillObject(made, object, actions))
      wanted.set(object.key, row)
    }
    for (const about of rows.keys()) if (!wanted.has(about)) rows.delete(about)
    for (const [about, row] of wanted) row.ariaCurrent = about === shown ? 'true' : null
    place(list, [...wanted.values()])
    fillSummary(stored, wanted.size)
  }
}

function newRow(name: string): HTMLLIElement {
  const row = element('row', HTMLTemplateElement).content.querySelector('li')?.cloneNode(true)
  if (!(row instanceof HTMLLIElement)) throw new TypeError('the template #row has no <li>')
  const title = row.querySelector('.name')
  if (title instanceof HTMLElement) {
    title.textContent = name
    title.title = name
  }
  return row
}

function setAbout(row: HTMLLIElement, text: string): void {
  const about = row.querySelector('.about')
  if (about) about.textContent = text
}

function setActions(row: HTMLLIElement, ...actions: readonly HTMLElement[]): void {
  row.querySelector('.actions')?.replaceChildren(...actions)
}

function fillObject(row: HTMLLIElement, object: StoredObject, actions: ListActions): void {
  setAbout(row, `${formatSize(object.size)} · ${when(new Date(object.lastModified), new Date())}`)
  const save = document.createElement('a')
  save.href = object.downloadUrl
  save.textContent = 'Save'
  save.ariaLabel = `Save ${object.name}`
  const kind = mediaKind(object.name)
  const verb = kind === 'img' ? 'Show' : 'Play'
  const show = button(verb, `${verb} ${object.name}`, () => actions.showObject(object))
  setActions(row, ...(kind === undefined ? [save] : [show, save]))
}

/** Moves only what is not in its place: an element that is moved loses the focus. */
function place(list: HTMLElement, rows: readonly HTMLElement[]): void {
  for (const child of [...list.children]) {
    if (!rows.some((row) => row === child)) child.remove()
  }
  rows.forEach((row, index) => {
    const there = list.children[index]
    if (there !== row) list.insertBefore(row, there ?? null)
  })
}

function fillSummary(stored: StoredObjects, shown: number): void {
  const more = stored.count > stored.objects.length ? `, the newest ${stored.objects.length}` : ''
  element('summary', HTMLElement).textContent =
    stored.count === 0 ? '' : `${count(stored.count, 'object')}, ${formatSize(stored.size)}${more}`
  element('empty', HTMLElement).hidden = shown > 0
}
