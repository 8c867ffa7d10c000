/**
 * The page on which the story is played. Uploads, signatures and S3's answers are real. The pointer
 * and the window around the page are drawn.
 *
 * @module
 */

import type { CreateResponse, PresignedPostMessage } from 'waybill'
import 'waybill/element'

export interface Stage {
  caption(step: number, text: string): void
  /** Moves the pointer. `held` is the name of the file that it holds, if any. */
  point(x: number, y: number, held: string): void
  press(id: string, isPressed: boolean): void
  showParts(stored: readonly number[], total: number): void
  drag(event: 'dragover' | 'drop', file: DroppedFile): Promise<void>
  /** Replaces the upload with a form that the signer has just signed. */
  showForm(): Promise<void>
  changeType(type: string): void
  /** Sends the changed form, and returns what S3 answered. */
  send(): Promise<string>
  showAnswer(text: string, isWhole: boolean): void
}

export interface DroppedFile {
  readonly name: string
  /** In bytes. A real photograph, and zeros after it. */
  readonly size: number
}

const STEPS = 5
const HONEST_TYPE = 'image/jpeg'
let form: PresignedPostMessage | undefined
let photo: Blob | undefined
let type = HONEST_TYPE

function place(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the stage has no ${id}`)
  return found
}

async function readPhoto(): Promise<Blob> {
  photo ??= await (await fetch('/palace.jpg')).blob()
  return photo
}

function showFields({ fields }: PresignedPostMessage): void {
  const { conditions, expiration } = JSON.parse(atob(fields.Policy ?? ''))
  const range = conditions.find(
    (one: unknown) => Array.isArray(one) && one[0] === 'content-length-range',
  )
  const [old, now] = [document.createElement('del'), document.createElement('ins')]
  old.textContent = HONEST_TYPE
  now.textContent = type
  now.style.textDecoration = 'none'
  const shownType = type === HONEST_TYPE ? [type] : [old, ' ', now]
  const rows: [string, (string | Node)[], string?][] = [
    ['Key', [fields.key ?? '']],
    ['Size', [`exactly ${range?.[2].toLocaleString('en')} bytes`]],
    ['Content-Type', shownType, type === HONEST_TYPE ? '' : 'changed'],
    ['SHA-256', [fields['x-amz-checksum-sha256'] ?? '']],
    ['Expires', [expiration.replace(/\.\d+/, '')]],
  ]
  place('fields').replaceChildren(
    ...rows.map(([name, values, mark = '']) => {
      const [row, term, value] = ['div', 'dt', 'dd'].map((tag) => document.createElement(tag))
      if (!row || !term || !value) throw new Error('the page creates no elements')
      row.className = mark
      row.id = `field-${name}`
      term.textContent = name
      value.append(...values)
      row.append(term, value)
      return row
    }),
  )
}

async function signForm(): Promise<PresignedPostMessage> {
  const bytes = await (await readPhoto()).arrayBuffer()
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const file = {
    name: 'Summer Palace.jpg',
    size: bytes.byteLength,
    type: HONEST_TYPE,
    sha256: btoa(String.fromCharCode(...hash)),
  }
  const answer = await fetch('/api/uploads', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rule: 'photos', files: [file] }),
  })
  const { uploads }: CreateResponse = await answer.json()
  const [grant] = uploads
  if (!grant || !('presignedPost' in grant)) throw new Error('the signer signed no form')
  return grant.presignedPost
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
  press(id, isPressed) {
    place(id).classList.toggle('pressed', isPressed)
  },
  showParts(stored, total) {
    place('parts').replaceChildren(
      ...Array.from({ length: total }, (_, index) => {
        const square = document.createElement('i')
        square.className = stored.includes(index + 1) ? 'stored' : ''
        return square
      }),
    )
    const isWhole = stored.length === total
    place('bucket').className = isWhole ? 'whole' : ''
    place('bucket').textContent = isWhole
      ? `✓ S3 has all ${total} parts`
      : `S3 has ${stored.length} of ${total} parts`
  },
  async drag(event, { name, size }) {
    const start = await readPhoto()
    const rest = new Uint8Array(size - start.size)
    const file = new File([start, rest], name, {
      type: HONEST_TYPE,
      lastModified: 1_700_000_000_000,
    })
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(file)
    const options = { dataTransfer, bubbles: true, cancelable: true, composed: true }
    document.querySelector('waybill-upload')?.dispatchEvent(new DragEvent(event, options))
  },
  async showForm() {
    form = await signForm()
    showFields(form)
    place('send').hidden = true
    place('form').hidden = false
  },
  changeType(value) {
    type = value
    if (form) showFields(form)
  },
  async send() {
    if (!form) throw new Error('no form has been signed')
    const data = new FormData()
    for (const [name, value] of Object.entries(form.fields)) {
      data.append(name, name.toLowerCase() === 'content-type' ? type : value)
    }
    data.append('file', await readPhoto())
    const answer = await fetch(form.url, { method: 'POST', body: data })
    const xml = await answer.text()
    const said = (name: string) =>
      new DOMParser().parseFromString(xml, 'text/xml').querySelector(name)?.textContent ?? ''
    return [
      `HTTP/1.1 ${answer.status} ${answer.statusText}`,
      '',
      `<Code>${said('Code')}</Code>`,
      `<Message>${said('Message')}</Message>`,
    ].join('\n')
  },
  showAnswer(text, isWhole) {
    const answer = place('answer')
    answer.textContent = text
    if (!isWhole) return
    const [before = '', condition = '', after = ''] = text.split(/(\[.*?\])/s)
    const mark = document.createElement('mark')
    mark.textContent = condition
    answer.replaceChildren(before, mark, after)
    place('stamp').hidden = false
  },
}

Object.assign(globalThis, { stage })
