/**
 * The page on which the story is played. Uploads, signatures and S3's answers are real, and the
 * label, the lies and the stamp are the demo page's. The pointer and the window are drawn.
 *
 * @module
 */

import { createUploader } from 'waybill/client'
import 'waybill/element'
import { createLabel, type Stamp } from '../../../demo/show/label.ts'
import { createLieDesk, type LieDesk } from '../../../demo/show/lie-desk.ts'
import type { Result } from '../../../demo/show/result.ts'
import type { ShownAnswer } from '../../../demo/show/s3-answers.ts'
import { type Granted, watchGrants } from '../../../demo/show/watch-grants.ts'

export interface Stage {
  caption(step: number, text: string): void
  /** Moves the pointer. `held` names what it drags, if anything. */
  point(x: number, y: number, held: string): void
  press(selector: string, isPressed: boolean): void
  /**
   * Shows which parts of the file S3 has: as many as the element shows at that moment.
   *
   * @returns What the element shows: the share that was sent, and the parts that are stored.
   */
  showParts(parts: readonly number[], total: number): { sent: number; parts: number }
  drag(event: 'dragover' | 'drop', file: DroppedFile): Promise<void>
  /** Empties the page, as a browser does that loads it again. `share` is how far it is. */
  leave(share: number): void
  /** Hands the receipt to the application, which reads the stored object. */
  compare(): Promise<boolean>
  /** Replaces the upload with the lies about a file. */
  showDesk(file: DroppedFile): Promise<void>
  /** Returns what S3 answered to the lie, which is not shown yet. */
  answer(): string
  /** Shows the answer, and stamps it on the label. */
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

const STEPS = 6
const ENDPOINT = '/api/uploads'
const RULE = 'any'
/** The tab keeps it over the reload. */
const HASH = 'sha256'
let refusal: ShownAnswer | undefined
const shownLate: (() => void)[] = []

function place(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the stage has no ${id}`)
  return found
}

for (const element of document.querySelectorAll('waybill-upload')) {
  element.uploader = createUploader({ endpoint: ENDPOINT })
  // The film is quicker than the upload.
  element.words = { left: '' }
}

async function sha256Of(blob: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Reads the element's bars, which are there during an upload. */
function drawnShares() {
  const inside = document.querySelector('waybill-upload')?.shadowRoot
  const [sent, stored] = inside?.querySelectorAll<HTMLProgressElement>('.row progress') ?? []
  return sent && stored && { sent: sent.value, stored: stored.value }
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

/** @returns What the signer has signed for the file. */
async function upload(file: File): Promise<Granted> {
  const { promise, resolve } = Promise.withResolvers<Granted>()
  const watched = watchGrants(fetch.bind(globalThis), ENDPOINT, (granted) => resolve(granted))
  await createUploader({ endpoint: ENDPOINT, fetch: watched }).upload(file, { rule: RULE })
  return promise
}

/** A label that is stamped later. */
function createPatientLabel() {
  const label = createLabel(place('label'))
  const stamp = (given: Stamp | undefined) => shownLate.push(() => label.stamp(given))
  const mark: typeof label.mark = (given) => void shownLate.push(() => label.mark(given))
  return { ...label, stamp, mark }
}

function createPatientResult(): Result {
  return {
    say: () => {},
    show: ({ word, detail }, why) =>
      void shownLate.push(() => {
        const strong = document.createElement('strong')
        strong.textContent = detail
        place('result').dataset.word = word
        place('result').replaceChildren(strong, ` ${why}`)
      }),
  }
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
  showParts(stored, total) {
    const drawn = drawnShares()
    const parts = drawn ? stored.slice(0, Math.round(drawn.stored * total)) : stored
    const sent = drawn?.sent ?? stored.length / total
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
    return { sent, parts: parts.length }
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
  leave(share) {
    place('send').style.visibility = 'hidden'
    place('loading').style.width = `${share * 100}%`
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
  async showDesk(dropped) {
    place('send').hidden = true
    place('lie').hidden = false
    const file = await fileOf(dropped)
    const label = createPatientLabel()
    const desk: LieDesk = createLieDesk(place('desk'), {
      endpoint: ENDPOINT,
      rule: RULE,
      type: dropped.type,
      hasFilms: false,
      subject: document.createElement('b'),
      turnTo: (next) => {
        if (next.granted) label.show(next.granted.waybill)
        desk.about(next)
      },
      label,
      answers: {
        expect: () => {},
        show: (answer) => {
          refusal = answer
        },
      },
      result: createPatientResult(),
      counter: document.createElement('p'),
    })
    const granted = await upload(file)
    label.show(granted.waybill)
    desk.about({ name: file.name, size: file.size, file, granted })
  },
  answer: () => refusal?.text ?? '',
  stamp() {
    place('condition').textContent = refusal?.marked.replace(': ', ':\n') ?? ''
    for (const show of shownLate) show()
  },
}

Object.assign(globalThis, { stage })
