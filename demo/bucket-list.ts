/**
 * Lists the objects in the bucket: the newest, or all when asked to. All rows have the same height,
 * and unchanged objects keep their rows, so that nothing moves and focus is not lost.
 *
 * @module
 */

import type { StoredObject, StoredObjects } from '../packages/waybill-cli/src/dev/stored-objects.ts'
import { button, element, make, nameParts } from './elements.ts'
import { mediaKind } from './media.ts'
import { arrivedAs, count, sizeText, when } from './words.ts'

/** Each row has up to two buttons, on the way to all that follows. */
const FIRST_ROWS = 8

export interface ListActions {
  show(object: StoredObject): void
}

/** Returns a function that updates the list. `shown` is the key of the object on display. */
export function createBucketList(
  actions: ListActions,
): (stored: StoredObjects, shown: string | undefined) => void {
  const list = element('rows', HTMLOListElement)
  const all = element('all', HTMLButtonElement)
  const rows = new Map<string, HTMLLIElement>()
  let most = FIRST_ROWS
  const draw = (stored: StoredObjects, shown: string | undefined) => {
    const wanted = new Map<string, HTMLLIElement>()
    for (const object of stored.objects.slice(0, most)) {
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
    const { objects, count: number } = stored
    all.hidden = objects.length <= most
    all.textContent = `Show ${objects.length < number ? 'the newest' : 'all'} ${objects.length}`
    all.onclick = () => {
      const [next] = objects.slice(most)
      most = Number.POSITIVE_INFINITY
      draw(stored, shown)
      // The button has had the focus, and is hidden now.
      if (next) rows.get(next.key)?.querySelector<HTMLElement>('.actions > *')?.focus()
    }
    element('summary', HTMLElement).textContent = number === 0 ? '' : count(number, 'object')
    element('empty', HTMLElement).hidden = objects.length > 0
  }
  return draw
}

/** When this state changes, the object gets a new row. */
function stateOf({ lastModified, size, verdict }: StoredObject): string {
  return `${lastModified}, ${size}, ${arrivedAs(verdict)}`
}

function objectRow(object: StoredObject, { show: showObject }: ListActions): HTMLLIElement {
  const { name, size, lastModified, downloadUrl, verdict } = object
  const ariaLabel = `Save ${name}`
  const save = make('a', { href: downloadUrl, download: name, ariaLabel }, 'Save')
  const show = showButton(object, () => showObject(object))
  const row = newRow(name, [...(show ? [show] : []), ...(downloadUrl ? [save] : [])])
  row.dataset.state = stateOf(object)
  const time = piece('time', ` · ${when(new Date(lastModified), new Date())}`)
  row.querySelector('.about')?.append(verdictMark(verdict), ` · ${sizeText(size)}`, time)
  return row
}

/** Returns `undefined` if the page cannot show the object. */
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

function piece(className: string, text: string): HTMLElement {
  return make('span', { className }, text)
}

function newRow(name: string, actions: readonly HTMLElement[]): HTMLLIElement {
  const row = element('row', HTMLTemplateElement).content.querySelector('li')?.cloneNode(true)
  if (!(row instanceof HTMLLIElement)) throw new TypeError('the template #row has no <li>')
  const title = row.querySelector('.name')
  if (title instanceof HTMLElement) {
    title.append(...nameParts(name))
    title.title = name
  }
  row.querySelector('.actions')?.append(...actions)
  return row
}

/** Moves only the rows in the wrong place, because an element loses focus when it moves. */
function place(list: HTMLElement, rows: readonly HTMLElement[]): void {
  for (const child of [...list.children]) {
    if (!rows.some((row) => row === child)) child.remove()
  }
  rows.forEach((row, index) => {
    const there = list.children[index]
    if (there !== row) list.insertBefore(row, there ?? null)
  })
}
