/**
 * The list of the objects in the bucket. All rows have the same height, and the row of an unchanged
 * object is reused, so that nothing moves and the focus is not lost.
 *
 * @module
 */

import type { StoredObject, StoredObjects } from '../packages/waybill/src/cli/dev/stored-objects.ts'
import { button, element } from './elements.ts'
import { mediaKind } from './media.ts'
import { arrivedAs, count, sizeText, when } from './words.ts'

/** Called when the user does something in the list. */
export interface ListActions {
  show(object: StoredObject): void
}

/** Creates the list. Returns a function that updates it. `shown` is the key that the page shows. */
export function createBucketList(
  actions: ListActions,
): (stored: StoredObjects, shown: string | undefined) => void {
  const list = element('rows', HTMLOListElement)
  const rows = new Map<string, HTMLLIElement>()
  return (stored, shown) => {
    const wanted = new Map<string, HTMLLIElement>()
    for (const object of stored.objects) {
      const { key } = object
      const known = rows.get(key)
      const isCurrent = known?.dataset.state === stateOf(object)
      const row = known && isCurrent ? known : objectRow(object, actions)
      row.ariaCurrent = key === shown ? 'true' : null
      wanted.set(key, row)
    }
    rows.clear()
    for (const [key, row] of wanted) rows.set(key, row)
    place(list, [...wanted.values()])
    fillSummary(stored)
  }
}

/** Returns the displayed state of an object. When it changes, the object gets a new row. */
function stateOf({ lastModified, size, verdict }: StoredObject): string {
  return `${lastModified}, ${size}, ${arrivedAs(verdict)}`
}

function objectRow(object: StoredObject, { show: showObject }: ListActions): HTMLLIElement {
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
  row.querySelector('.about')?.append(verdictMark(verdict), ` · ${sizeText(size)}`, time)
  return row
}

/** Creates the button that shows an object. Returns `undefined` if the page cannot show it. */
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

/** Creates a part of a row's text, with a class for the style sheet. */
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

/**
 * Puts the rows in order. Only moves those in the wrong place, because a moved element loses focus.
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

function fillSummary(stored: StoredObjects): void {
  const more = stored.count > stored.objects.length ? `, the newest ${stored.objects.length}` : ''
  element('summary', HTMLElement).textContent =
    stored.count === 0 ? '' : `${count(stored.count, 'object')}, ${sizeText(stored.size)}${more}`
  element('empty', HTMLElement).hidden = stored.objects.length > 0
}
