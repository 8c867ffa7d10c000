/**
 * The element as a form control: what it submits, whether it is valid, the states that style sheets
 * can select, and the files that the browser restores when the user navigates back to the page.
 *
 * @module
 */

import { isRejected, type UploadItem } from '../client/list/upload-list.ts'
import { isFinal } from '../client/upload/upload-state.ts'
import type { CompleteResponse } from '../protocol/messages.ts'
import type { Held } from './element-files.ts'
import { areEqual, isNotAccepted } from './events.ts'
import type { Texts } from './words/texts.ts'

interface ControlSettings {
  readonly name: string
  readonly required: boolean
  readonly isDisabled: boolean
  readonly isDragging: boolean
  readonly texts: Texts
  /** The element next to which the browser shows the validation message. */
  readonly anchor: HTMLElement | undefined
}

export class FormControl {
  readonly #internals: ElementInternals
  /**
   * Kept, because in WebKit the set's object forgets its members when it is garbage-collected. The
   * next `internals.states` then lacks states that CSS still matches.
   */
  readonly #states: CustomStateSet
  #seen: readonly unknown[] = []
  #told: readonly string[] = []
  #form = new AbortController()

  constructor(internals: ElementInternals) {
    this.#internals = internals
    this.#states = internals.states
  }

  /**
   * @param onTaken - Called when the browser has read the form's data, including the receipts.
   * @param onSubmit - Called before the form is submitted.
   */
  join(form: HTMLFormElement | null, onTaken: () => void, onSubmit: () => void): void {
    this.#form.abort()
    this.#form = new AbortController()
    const { signal } = this.#form
    form?.addEventListener('formdata', onTaken, { signal })
    form?.addEventListener('submit', onSubmit, { signal })
  }

  update(held: Held, settings: ControlSettings): void {
    // This runs on each change and again after each render, usually with unchanged values.
    const seen = [held, ...Object.values(settings)]
    if (areEqual(seen, this.#seen)) return
    this.#seen = seen
    const { kept, receipts } = held
    const { name, anchor } = settings
    // `setFormValue` is slow, and progress changes ten times per second.
    const told = [name, ...receipts]
    if (!areEqual(told, this.#told)) {
      this.#told = told
      this.#internals.setFormValue(formValueOf(name, receipts), formStateOf(kept))
    }
    const { flags, message } = validityOf(kept, receipts, settings)
    this.#internals.setValidity(flags, message, anchor)
    setStates(this.#states, statesOf(held, settings))
  }
}

interface Validity {
  readonly flags: ValidityStateFlags
  readonly message: string
}

/**
 * A file that the rule refused does not make the form invalid: its row shows why it was refused,
 * and a retry would not help. A failed upload does make it invalid, because the form must not be
 * submitted without a file that the user believes is part of it.
 *
 * @param items - Without removed files.
 */
function validityOf(
  items: readonly UploadItem[],
  receipts: readonly string[],
  { required, texts }: { readonly required: boolean; readonly texts: Texts },
): Validity {
  let [sending, broken] = [0, 0]
  for (const item of items) {
    if (!isFinal(item.state)) sending += 1
    else if (item.state === 'failed' && !isNotAccepted(item)) broken += 1
  }
  if (sending > 0)
    return { flags: { customError: true }, message: texts.say('sending', { n: sending }) }
  if (broken > 0)
    return { flags: { customError: true }, message: texts.say('broken', { n: broken }) }
  if (required && receipts.length === 0) {
    return { flags: { valueMissing: true }, message: texts.say('missing') }
  }
  return { flags: {}, message: '' }
}

/** Adds one entry per receipt, just as `<input multiple>` adds one per file. */
function formValueOf(name: string, receipts: readonly string[]): FormData | null {
  if (name === '' || receipts.length === 0) return null
  const value = new FormData()
  for (const receipt of receipts) value.append(name, receipt)
  return value
}

/** For CSS selectors such as `waybill-upload:state(sending)`. */
type CustomState =
  | 'empty'
  | 'sending'
  | 'waiting'
  | 'paused'
  | 'failed'
  | 'done'
  | 'dragging'
  | 'disabled'

function statesOf(
  { kept, total }: Held,
  { isDisabled, isDragging }: ControlSettings,
): Readonly<Record<CustomState, boolean>> {
  const states = new Set(kept.map(({ state }) => state))
  return {
    empty: kept.length === 0,
    sending: total.active > 0,
    waiting: states.has('waiting'),
    paused: states.has('paused'),
    failed: total.failed > 0,
    done: total.done > 0 && total.done === total.files,
    dragging: isDragging,
    disabled: isDisabled,
  }
}

function setStates(states: CustomStateSet, all: Readonly<Record<CustomState, boolean>>): void {
  for (const [name, isOn] of Object.entries(all)) {
    try {
      if (states.has(name) === isOn) continue
      if (isOn) states.add(name)
      else states.delete(name)
    } catch {
      // Chrome before 125 accepts only names with leading dashes, and some browsers do not support
      // custom states at all.
      return
    }
  }
}

/**
 * What the browser saves, and restores when the user navigates back to the page.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/API/ElementInternals/setFormValue
 */
export function formStateOf(items: readonly UploadItem[]): string {
  return `[${items.filter((item) => item.completed && !isRejected(item)).map(write)}]`
}

/** Caches each file's JSON, because all files are serialized again whenever one is stored. */
const WRITTEN = new WeakMap<UploadItem, string>()

function write(item: UploadItem): string {
  const { name, size, type, completed } = item
  const text = WRITTEN.get(item) ?? JSON.stringify({ name, size, type, completed })
  WRITTEN.set(item, text)
  return text
}

/** Ignores invalid entries. */
export function filesOfState(state: unknown): readonly UploadItem[] {
  const list = typeof state === 'string' ? parse(state) : undefined
  if (!Array.isArray(list)) return []
  return list.filter(isStored).map(({ name, size, type, completed }, index) => ({
    ...{ id: `restored-${index + 1}`, name, size, type, completed },
    state: 'done',
    previewUrl: undefined,
    progress: { sent: size, stored: size, total: size, fraction: 1 },
  }))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface StoredFile {
  readonly name: string
  readonly size: number
  readonly type: string
  readonly completed: CompleteResponse
}

function isStored(value: unknown): value is StoredFile {
  if (typeof value !== 'object' || value === null) return false
  const { name, size, type, completed } = value as Partial<Record<keyof StoredFile, unknown>>
  return (
    typeof name === 'string' &&
    typeof size === 'number' &&
    typeof type === 'string' &&
    typeof completed === 'object' &&
    completed !== null &&
    typeof (completed as Partial<CompleteResponse>).key === 'string'
  )
}
