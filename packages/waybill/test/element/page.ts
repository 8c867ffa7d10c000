/**
 * An element in a page of a real browser, over a real signer and S3.
 *
 * @module
 */

import { pasteEvent, transferOf } from '@waybill/test-support/paste-event'
import 'waybill/element'
import type { SubmittedFile } from '@waybill/test-support/element-application'
import { eventually } from '@waybill/test-support/eventually'
import { inject, onTestFinished } from 'vitest'
import { createUploader, type Uploader } from 'waybill/client'
import type { WaybillUploadElement } from 'waybill/element'
import type {} from './global-setup.ts'

const APPLICATION = inject('application')
export const SIGNER = `${APPLICATION}/api/uploads`

/** Puts HTML into the page and takes it away again. @returns The first element in it, once drawn. */
export async function mount(html: string): Promise<WaybillUploadElement> {
  const place = document.createElement('div')
  place.innerHTML = html
  document.body.append(place)
  onTestFinished(() => {
    for (const element of place.querySelectorAll('waybill-upload')) element.abort()
    place.remove()
  })
  const element = place.querySelector('waybill-upload')
  if (!element) throw new Error('the page has no element')
  await eventually(() => pickerOf(element)).toBeTruthy()
  return element
}

/** An element of the rule `any`, with more attributes. */
export function mountUpload(attributes = ''): Promise<WaybillUploadElement> {
  return mount(`<waybill-upload endpoint="${SIGNER}" rule="any" ${attributes}></waybill-upload>`)
}

/** A file of random bytes, so that no two are alike. */
export function randomFile(name: string, size = 1000, type = 'application/octet-stream'): File {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let left = size; left > 0; left -= 65_536) {
    pieces.push(crypto.getRandomValues(new Uint8Array(Math.min(left, 65_536))))
  }
  return new File(pieces, name, { type })
}

/** Does what a person does in the picker. */
export function choose(element: WaybillUploadElement, ...files: readonly File[]): void {
  const input = pickerOf(element)
  if (!input) throw new Error('the element has no input')
  const transfer = transferOf(...files)
  input.files = transfer.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

export function pickerOf({ shadowRoot }: WaybillUploadElement): HTMLInputElement | undefined {
  return shadowRoot?.querySelector<HTMLInputElement>('input[type=file]') ?? undefined
}

/** Does what a person does with the mouse. @returns The event, as it came back. */
export function drop(
  place: Element,
  type: 'dragover' | 'drop',
  ...files: readonly File[]
): DragEvent {
  const dataTransfer = transferOf(...files)
  const event = new DragEvent(type, {
    dataTransfer,
    bubbles: true,
    composed: true,
    cancelable: true,
  })
  place.dispatchEvent(event)
  return event
}

export function paste(place: Element, ...files: readonly File[]): void {
  place.dispatchEvent(pasteEvent(transferOf(...files)))
}

/** Presses the button that shows all rows of a long list, as soon as it is there. */
export async function unfold({ shadowRoot }: WaybillUploadElement): Promise<void> {
  const button = () => shadowRoot?.querySelector<HTMLElement>('[part~=show-all]')
  await eventually(button).toBeTruthy()
  button()?.click()
}

/** Waits until all files are in these states. */
export async function untilStates(
  element: WaybillUploadElement,
  ...states: readonly string[]
): Promise<void> {
  await eventually(() => element.items.map(({ state }) => state)).toEqual(states)
}

/** Chooses files of random bytes, and waits until they are stored. */
export async function store(
  element: WaybillUploadElement,
  ...names: readonly string[]
): Promise<void> {
  choose(element, ...names.map((name) => randomFile(name)))
  const stored = () => element.items.filter(({ state }) => state === 'done')
  await eventually(() =>
    stored()
      .map(({ name }) => name)
      .slice(-names.length),
  ).toEqual(names)
}

export async function hexSha256(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** @throws {Error} When it has none. */
export function formOf({ form }: WaybillUploadElement): HTMLFormElement {
  if (!form) throw new Error('the element has no form')
  return form
}

/** Sends the element's form to the application's server. @returns What it has got. */
export async function submit(
  element: WaybillUploadElement,
): Promise<{ readonly fields: readonly string[]; readonly files: readonly SubmittedFile[] }> {
  const form = element.form ?? document.createElement('form')
  if (!element.form) {
    element.before(form)
    form.append(element)
  }
  const body = new FormData(form)
  return (await fetch(`${APPLICATION}/submit`, { method: 'POST', body })).json()
}

export interface Gate {
  readonly uploader: Uploader
  /** Lets go what waits, and all that follows. */
  open(): void
  /** The storage refuses what waits, and all that follows. */
  refuse(): void
  /** What the signer was asked for so far. */
  readonly asked: readonly string[]
}

/** An uploader that holds its bytes back, from the part of this number on, until it is told. */
export function gatedUploader(from = 1): Gate {
  const asked: string[] = []
  const opened = Promise.withResolvers<'open' | 'refuse'>()
  const uploader = createUploader({
    endpoint: SIGNER,
    XMLHttpRequest: false,
    fetch: async (input, init) => {
      const url = new URL(String(input))
      const part = Number(url.searchParams.get('partNumber') ?? 1)
      const isStorage = !String(input).startsWith(APPLICATION)
      if (!isStorage) asked.push(url.pathname.replace('/api/uploads', ''))
      if (!isStorage || part < from) return globalThis.fetch(input, init)
      const told = await Promise.race([opened.promise, aborted(init?.signal)])
      return told === 'open'
        ? globalThis.fetch(input, init)
        : new Response(REFUSAL, { status: 403 })
    },
  })
  return {
    ...{ uploader, asked },
    open: () => opened.resolve('open'),
    refuse: () => opened.resolve('refuse'),
  }
}

/** Gives the element a gated uploader. */
export function gate(element: WaybillUploadElement, from?: number): Gate {
  const gated = gatedUploader(from)
  element.uploader = gated.uploader
  return gated
}

const REFUSAL = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'

function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}

/** Everything that the element tells, in its order, until the test is over. */
export function recordEvents(element: WaybillUploadElement): readonly string[] {
  const names: string[] = []
  for (const name of EVENTS) element.addEventListener(name, () => names.push(name))
  return names
}

const EVENTS = [
  'waybill-add',
  'waybill-start',
  'waybill-progress',
  'waybill-waiting',
  'waybill-refuse',
  'waybill-error',
  'waybill-stored',
  'waybill-verdict',
  'waybill-done',
  'change',
] as const
