/**
 * Switches the connection between the browser and the bucket.
 *
 * @module
 */

import { make } from '../elements.ts'

export interface LineSwitchOptions {
  /** Returns and sets the connection's state. @default '/api/line' */
  readonly url?: string
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
}

const STATES = [
  ['good', 'good'],
  ['bad', 'bad: slow, and one request in four breaks'],
  ['cut', 'cut: nothing gets through'],
] as const

/** @param root - The empty element that becomes the switch. It stays disabled without a switchable connection. */
export async function createLineSwitch(
  root: HTMLFieldSetElement,
  { url = '/api/line', fetch = globalThis.fetch.bind(globalThis) }: LineSwitchOptions = {},
): Promise<void> {
  root.disabled = true
  root.append(make('legend', {}, 'The connection to the bucket'))
  const inputs = STATES.map(([value, text]) => {
    const input = make('input', { type: 'radio', name: 'line', value })
    root.append(make('label', {}, input, text))
    input.addEventListener('change', () => void fetch(`${url}?state=${value}`, { method: 'POST' }))
    return input
  })
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`the connection's state cannot be read: ${answer.status}`)
  const { state } = await answer.json()
  for (const input of inputs) input.checked = input.value === state
  root.disabled = false
}
