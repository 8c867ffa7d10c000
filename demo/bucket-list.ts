/**
 * The list of the objects in the bucket, with running uploads at the top. All rows have the same
 * height, and the row of an unchanged object is kept, so nothing moves and the focus stays.
 *
 * @module
 */

import { formatSize } from 'waybill'
import type { InterruptedUpload, Upload } from 'waybill/client'
import type { StoredObject, StoredObjects } from '../src/cli/dev/stored-objects.ts'
import { button, element } from './elements.ts'
import { mediaKind } from './media.ts'
import { describeSending } from './sending.ts'
import { arrivedAs, count, when } from './words.ts'

/** What a user can do in the list. */
export interface ListActions {
  showUpload(upload: Upload): void
  showObject(object: StoredObject): void
  resume(earlier: InterruptedUpload): void
  forgetInterrupted(earlier: InterruptedUpload): Promise<void>
}

/** What the list shows. */
export interface ListContents {
  /** Running and failed uploads, the newest first. */
  readonly uploads: readonly Upload[]
  readonly interrupted: readonly InterruptedUpload[]
  readonly stored: StoredObjects
  /** The upload or key that the stage shows. */
  readonly shown: Upload | string | undefined
}

/** The upload of a row, or the key of its object. */
type Subject = Upload | InterruptedUpload | string

/** Makes the list; returns a function that updates it. */
export function createBucketList(actions: ListActions): (contents: ListContents) => void {
  const list = element('rows', HTMLOListElement)
  const rows = new Map<Subject, HTMLLIElement>()

  return ({ uploads, interrupted, stored, shown }) => {
    const wanted = new Map<Subject, HTMLLIElement>()
    const rowFor = (about: Subject, make: () => HTMLLIElement) => {
      const row = rows.get(about) ?? make()
      rows.set(about, row)
      wanted.set(about, row)
      return row
    }
    for (const upload of uploads)
      fillUpload(
        rowFor(upload, () => uploadRow(upload, actions)),
        upload,
      )
    for (const one of interrupted) rowFor(one, () => interruptedRow(one, actions))
    for (const object of stored.objects) {
      if (rows.get(object.key)?.dataset.state !== stateOf(object)) rows.delete(object.key)
      rowFor(object.key, () => objectRow(object, actions))
    }
    for (const about of rows.keys()) if (!wanted.has(about)) rows.delete(about)
    for (const [about, row] of wanted) row.ariaCurrent = about === shown ? 'true' : null
    place(list, [...wanted.values()])
    fillSummary(stored, wanted.size)
  }
}

function uploadRow(upload: Upload, { showUpload }: ListActions): HTMLLIElement {
  const show = button('Show', `Show ${upload.name}`, () => showUpload(upload))
  return newRow(upload.name, [show])
}

function fillUpload(row: HTMLLIElement, upload: Upload): void {
  const { status, percent } = describeSending(upload)
  if (!upload.error) {
    setAbout(row, `${status}, ${percent} %`)
    return
  }
  row.querySelector('.about')?.replaceChildren(mark(status, 'rejected'))
  const why = row.querySelector('button')
  if (!why) return
  why.textContent = 'Why'
  why.ariaLabel = `Why ${upload.name} was not stored`
}

function interruptedRow(earlier: InterruptedUpload, actions: ListActions): HTMLLIElement {
  const { name, sent, size, canReopen } = earlier
  const forget = button('Forget', `Forget ${name}`, () => void actions.forgetInterrupted(earlier))
  const resume = button('Resume', `Resume ${name}`, () => actions.resume(earlier))
  const row = newRow(name, canReopen ? [resume, forget] : [forget])
  const percent = Math.floor((sent / Math.max(1, size)) * 100)
  setAbout(row, `Interrupted at ${percent} %${canReopen ? '' : ': choose it again to go on'}`)
  return row
}

/** The displayed state of an object. When it changes, the object gets a new row. */
function stateOf({ lastModified, size, verdict }: StoredObject): string {
  return `${lastModified}, ${size}, ${arrivedAs(verdict)}`
}

function objectRow(object: StoredObject, { showObject }: ListActions): HTMLLIElement {
  const { name, size, lastModified, downloadUrl, verdict } = object
  const save = document.createElement('a')
  save.href = downloadUrl
  save.download = name
  save.textContent = 'Save'
  save.ariaLabel = `Save ${name}`
  const show = showButton(object, () => showObject(object))
  const row = newRow(name, [...(show ? [show] : []), ...(downloadUrl ? [save] : [])])
  row.dataset.state = stateOf(object)
  const time = piece('time', ` · ${when(new Date(lastModified), new Date())}`)
  row.querySelector('.about')?.append(verdictMark(verdict), ` · ${formatSize(size)}`, time)
  return row
}

/** Makes the button that shows an object; `undefined` if the page cannot show it. */
function showButton({ name, url, verdict }: StoredObject, onClick: () => void) {
  if (verdict?.verdict === 'rejected') return button('Why', `Why ${name} was rejected`, onClick)
  const kind = mediaKind(name)
  if (kind === undefined || url === '') return undefined
  const verb = kind === 'img' ? 'Show' : 'Play'
  return button(verb, `${verb} ${name}`, onClick)
}

function verdictMark(verdict: StoredObject['verdict']): HTMLElement {
  const [word = '', reason] = arrivedAs(verdict).split(': ')
  const marked = mark(word, verdict?.verdict ?? 'none')
  if (verdict?.verdict === 'rejected') {
    marked.append(piece('reason', `: ${reason}`))
    marked.title = verdict.message
  }
  return marked
}

function mark(word: string, verdict: 'verified' | 'rejected' | 'none'): HTMLElement {
  const marked = piece('verdict', word)
  marked.dataset.verdict = verdict
  return marked
}

/** Makes a part of the text of a row, with a class for the style sheet. */
function piece(className: string, text: string): HTMLElement {
  const made = document.createElement('span')
  made.className = className
  made.textContent = text
  return made
}

function newRow(name: string, actions: readonly HTMLElement[]): HTMLLIElement {
  const row = element('row', HTMLTemplateElement).content.querySelector('li')?.cloneNode(true)
  if (!(row instanceof HTMLLIElement)) throw new TypeError('the template #row has no <li>')
  const title = row.querySelector('.name')
  if (title instanceof HTMLElement) {
    title.textContent = name
    title.title = name
  }
  row.querySelector('.actions')?.append(...actions)
  return row
}

function setAbout(row: HTMLLIElement, text: string): void {
  const about = row.querySelector('.about')
  if (about) about.textContent = text
}

/**
 * Puts the rows in order. It moves only those in the wrong place, because a moved element loses the
 * focus.
 */
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
