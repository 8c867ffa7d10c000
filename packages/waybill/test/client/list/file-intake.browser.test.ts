/**
 * What listeners of a page take of its events, and what they leave to the page. How React and Vue
 * put them on elements is tested with their hooks.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { pasteEvent, transferOf } from '@waybill/test-support/paste-event'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dropListeners, takeChosen } from '../../../src/client/list/drop-props.ts'

const PHOTO = new File(['a photo'], 'a.png', { type: 'image/png' })

function textTransfer(): DataTransfer {
  const transfer = new DataTransfer()
  transfer.setData('text/plain', 'a text')
  return transfer
}

/** A place with the listeners, and what they have told. */
function pageWithPlace() {
  const place = document.body.appendChild(document.createElement('div'))
  onTestFinished(() => place.remove())
  const taken: string[] = []
  const held: boolean[] = []
  const listeners = dropListeners(
    (files) => taken.push(...[...files].map(({ name }) => name)),
    (isDragging) => held.push(isDragging),
  )
  place.addEventListener('dragenter', listeners.onDragEnter)
  place.addEventListener('dragover', listeners.onDragOver)
  place.addEventListener('dragleave', listeners.onDragLeave)
  place.addEventListener('drop', listeners.onDrop)
  document.addEventListener('paste', listeners.onPaste)
  onTestFinished(() => document.removeEventListener('paste', listeners.onPaste))
  return { place, taken, held, listeners }
}

/** @returns Whether the browser must not do what it does of its own accord. */
function tell(target: EventTarget, type: string, more: DragEventInit): boolean {
  return !target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, ...more }))
}

/** @returns As `tell`. */
function paste(target: EventTarget, transfer: DataTransfer): boolean {
  return !target.dispatchEvent(pasteEvent(transfer))
}

describe('takeChosen', () => {
  it("takes an input's files and empties it, so that the same ones can be chosen again", () => {
    const input = document.createElement('input')
    input.type = 'file'
    input.files = transferOf(PHOTO).files
    const taken: File[] = []
    takeChosen({ currentTarget: input }, (files) => taken.push(...files))
    expect(taken.map(({ name }) => name)).toEqual(['a.png'])
    expect(input.value).toBe('')
  })

  it("takes an input's files in another window", () => {
    const frame = document.body.appendChild(document.createElement('iframe'))
    onTestFinished(() => frame.remove())
    const input = frame.contentDocument?.createElement('input')
    if (!input) throw new Error('the frame has no document')
    input.type = 'file'
    input.files = transferOf(PHOTO).files
    const taken: File[] = []
    takeChosen({ currentTarget: input }, (files) => taken.push(...files))
    expect(taken.map(({ name }) => name)).toEqual(['a.png'])
  })

  it('takes all of a chosen folder except system files', () => {
    const litter = new File([''], '.DS_Store')
    for (const [webkitdirectory, names] of [
      [true, ['a.png']],
      [false, ['.DS_Store', 'a.png']],
    ] as const) {
      const input = document.createElement('input')
      Object.assign(input, { type: 'file', webkitdirectory })
      input.files = transferOf(litter, PHOTO).files
      const taken: File[] = []
      takeChosen({ currentTarget: input }, (files) => taken.push(...files))
      expect(taken.map(({ name }) => name)).toEqual(names)
    }
  })

  it('takes no files from a text input', () => {
    const taken: unknown[] = []
    const input = document.createElement('input')
    takeChosen({ currentTarget: input }, (files) => taken.push(...files))
    expect(taken).toEqual([])
  })

  it.each([null, document.createElement('div')])(
    'ignores events from anything but an input',
    (other) => {
      takeChosen({ currentTarget: other }, () => {
        throw new Error('called')
      })
    },
  )
})

describe('dropListeners', () => {
  it('take dropped files, and report that dragging has ended', async () => {
    const { place, taken, held } = pageWithPlace()
    expect(tell(place, 'dragenter', { dataTransfer: transferOf(PHOTO) })).toBe(true)
    expect(tell(place, 'dragover', { dataTransfer: transferOf(PHOTO) })).toBe(true)
    expect(tell(place, 'drop', { dataTransfer: transferOf(PHOTO) })).toBe(true)
    expect(held).toEqual([true, true, false])
    await eventually(() => taken).toEqual(['a.png'])
  })

  it('leave dragged text, or an empty drag, to the page', () => {
    const { place, taken, held } = pageWithPlace()
    for (const more of [{ dataTransfer: textTransfer() }, {}]) {
      expect(tell(place, 'dragenter', more)).toBe(false)
      expect(tell(place, 'dragover', more)).toBe(false)
      expect(held).toEqual([])
      expect(tell(place, 'drop', more)).toBe(false)
      expect(held.splice(0)).toEqual([false])
    }
    expect(paste(place, textTransfer())).toBe(false)
    expect(taken).toEqual([])
  })

  it('report dragging over nested elements until it leaves the element or the window', () => {
    const { place, held, listeners } = pageWithPlace()
    const inside = place.appendChild(document.createElement('p'))
    for (const [relatedTarget, told] of [
      [inside, []],
      [place, []],
      [document.body, [false]],
      [window, [false]],
      [null, [false]],
    ] as const) {
      tell(place, 'dragleave', { relatedTarget })
      expect(held.splice(0)).toEqual(told)
    }
    const event = new DragEvent('dragleave', { relatedTarget: inside })
    // As it is once the event was told to all.
    expect(event.currentTarget).toBeNull()
    listeners.onDragLeave(event)
    expect(held).toEqual([false])
  })

  it('take files pasted anywhere on the page, except in a text field', async () => {
    const { place, taken } = pageWithPlace()
    place.innerHTML =
      '<textarea></textarea><input><input type="search"><p contenteditable></p><input type="file">'
    const [area, field, search, editable, files] = place.children
    for (const text of [area, field, search, editable]) {
      if (text) expect(paste(text, transferOf(PHOTO))).toBe(false)
    }
    for (const [index, target] of [files, place, document].entries()) {
      const photo = new File(['a'], `${index}.png`, { type: 'image/png' })
      if (target) expect(paste(target, transferOf(photo))).toBe(true)
    }
    await eventually(() => [...taken].sort()).toEqual(['0.png', '1.png', '2.png'])
  })
})
