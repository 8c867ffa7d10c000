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
import {
  answerLines,
  createAnswers,
  revealText,
  type ShownAnswer,
} from '../../../demo/show/s3-answers.ts'

export interface Stage {
  caption(step: number, text: string): void
  /** Moves the pointer. `held` names what it drags, if anything. */
  point(x: number, y: number, held: string): void
  press(selector: string, isPressed: boolean): void
  /** Shows which parts of the file S3 has. */
  showParts(parts: readonly number[], total: number): void
  drag(event: 'dragover' | 'drop', file: DroppedFile): Promise<void>
  /** Empties the page, as a browser does that is about to load it again. */
  leave(): void
  /** Hands the receipt to the application, which reads the stored object. */
  compare(): Promise<boolean>
  /** Replaces the upload with a letter that the signer has just signed. */
  showDesk(): Promise<void>
  /** Returns what S3 answered to the lie, which is not shown yet. */
  answer(): string
  /** Shows the answer up to a share of its length, from 0 to 1. */
  type(share: number): void
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
/** The tab keeps it over the reload. */
const HASH = 'sha256'
let refusal: ShownAnswer | undefined
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

async function sha256Of(blob: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function showHash(hex: string): void {
  place('hashes').hidden = false
  place('before').textContent = hex
  place('after').textContent = '\u2013'
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

const hashBefore = sessionStorage.getItem(HASH)
if (hashBefore) showHash(hashBefore)

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
  showParts(parts, total) {
    const isBegun = sessionStorage.getItem(HASH) !== null
    place('squares').replaceChildren(
      ...Array.from({ length: isBegun ? total : 0 }, (_, index) => {
        const square = document.createElement('i')
        square.className = parts.includes(index + 1) ? 'stored' : ''
        return square
      }),
    )
    place('parts').classList.toggle('nothing', !isBegun)
    place('parts').textContent = isBegun
      ? `${parts.length} of ${total} parts`
      : 'Nothing yet. Files get here without passing through your server.'
  },
  async drag(event, dropped) {
    const file = await fileOf(dropped)
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(file)
    const options = { dataTransfer, bubbles: true, cancelable: true, composed: true }
    if (event === 'drop') {
      const hex = await sha256Of(file)
      sessionStorage.setItem(HASH, hex)
      showHash(hex)
    }
    document.querySelector('waybill-upload')?.dispatchEvent(new DragEvent(event, options))
  },
  leave() {
    for (const element of document.querySelectorAll('waybill-upload')) {
      element.style.visibility = 'hidden'
    }
  },
  async compare() {
    const form = new FormData()
    const receipts = document.querySelector('waybill-upload')?.receipts ?? []
    for (const receipt of receipts) form.append('files', receipt)
    const answer = await fetch('/submit', { method: 'POST', body: form })
    const [file] = (await answer.json()).files
    const isSame = file.sha256 === sessionStorage.getItem(HASH)
    place('after').textContent = file.sha256
    place('after').classList.toggle('same', isSame)
    return isSame
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
        ...answers,
        show: (answer) => {
          refusal = answer
        },
      },
      counter: place('counter'),
    })
  },
  answer: () => refusal?.text ?? '',
  type(share) {
    if (!refusal) return
    place('answer').replaceChildren(...answerLines(refusal))
    revealText(place('answer'), share)
  },
  stamp: () => stampOnLabel(),
}

Object.assign(globalThis, { stage })
