/**
 * The page on which the story is played. Uploads, signatures and S3's answers are real, and the
 * label, the lies and the stamp are the demo page's. The pointer and the window are drawn.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import 'waybill/element'
import { createLabel, type Stamp } from '../../../demo/show/label.ts'
import { createLieDesk } from '../../../demo/show/lie-desk.ts'
import { createAnswers } from '../../../demo/show/s3-answers.ts'

export interface Stage {
  caption(step: number, text: string): void
  /** Moves the pointer. `held` names what it drags, if anything. */
  point(x: number, y: number, held: string): void
  press(selector: string, isPressed: boolean): void
  /** Shows which parts of the large file S3 has, and which files are stored whole. */
  showBucket(parts: readonly number[], total: number, objects: readonly string[]): void
  /** Names the files that the element has uploaded. */
  uploaded(): readonly string[]
  drag(event: 'dragover' | 'drop', files: readonly DroppedFile[]): Promise<void>
  /** Replaces the upload with a letter that the signer has just signed. */
  showDesk(): Promise<void>
  /** Returns what S3 answered to the lie, which is not shown yet. */
  answer(): string
  /** Shows the beginning of the answer. */
  type(length: number): void
  /** Shows the whole answer with its mark, and the stamp. */
  stamp(): void
}

export interface DroppedFile {
  readonly name: string
  readonly type: string
  /** In bytes. */
  readonly size: number
  /** The path of a photograph, with which the file begins. */
  readonly photo?: string
}

const STEPS = 5
const ENDPOINT = '/api/uploads'
let refusal: { readonly text: string; readonly marked: string } | undefined
let stampOnLabel = () => {}

function place(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the stage has no ${id}`)
  return found
}

const answers = createAnswers(place('answer'))
for (const element of document.querySelectorAll('waybill-upload')) {
  element.uploader = createUploader({ endpoint: ENDPOINT })
}

async function fileOf({ name, type, size, photo }: DroppedFile): Promise<File> {
  const start = photo ? await (await fetch(photo)).blob() : new Blob()
  const rest = new Uint8Array(size - start.size)
  return new File([start, rest], name, { type, lastModified: 1_700_000_000_000 })
}

/** The label, which is stamped only once the answer has been typed out. */
function createPatientLabel() {
  const label = createLabel(place('label'))
  const stamp = (given: Stamp | undefined) => {
    stampOnLabel = () => label.stamp(given)
  }
  return { ...label, stamp }
}

const stage: Stage = {
  caption(step, text) {
    place('caption').textContent = text
    place('steps').replaceChildren(
      ...Array.from({ length: STEPS }, (_, index) => {
        const dot = document.createElement('i')
        dot.className = index + 1 === step ? 'now' : ''
        return dot
      }),
    )
  },
  point(x, y, held) {
    const pointer = place('pointer')
    pointer.hidden = false
    pointer.style.transform = `translate(${x}px, ${y}px)`
    place('held').hidden = held === ''
    place('held-name').textContent = held
  },
  press(selector, isPressed) {
    document.querySelector(selector)?.classList.toggle('pressed', isPressed)
  },
  showBucket(parts, total, objects) {
    place('objects').replaceChildren(
      ...objects.map((name) => {
        const object = document.createElement('li')
        object.textContent = name
        return object
      }),
    )
    place('squares').replaceChildren(
      ...Array.from({ length: total }, (_, index) => {
        const square = document.createElement('i')
        square.className = parts.includes(index + 1) ? 'stored' : ''
        return square
      }),
    )
    place('parts').textContent = `S3 has ${parts.length} of ${total} parts`
  },
  uploaded: () =>
    [...document.querySelectorAll('waybill-upload')]
      .flatMap(({ items }) => items)
      .flatMap(({ name, state }) => (state === 'done' ? [name] : [])),
  async drag(event, files) {
    const dataTransfer = new DataTransfer()
    for (const file of files) dataTransfer.items.add(await fileOf(file))
    const options = { dataTransfer, bubbles: true, cancelable: true, composed: true }
    document.querySelector('waybill-upload')?.dispatchEvent(new DragEvent(event, options))
  },
  async showDesk() {
    place('send').hidden = true
    place('lie').hidden = false
    await createLieDesk(place('desk'), {
      endpoint: ENDPOINT,
      rule: 'any',
      type: 'text/plain',
      hasParts: false,
      label: createPatientLabel(),
      answers: {
        show: (text, marked) => {
          refusal = { text, marked }
        },
      },
    })
  },
  answer: () => refusal?.text ?? '',
  type(length) {
    place('answer').textContent = refusal?.text.slice(0, length) ?? ''
  },
  stamp() {
    if (refusal) answers.show(refusal.text, refusal.marked)
    stampOnLabel()
  },
}

Object.assign(globalThis, { stage })
