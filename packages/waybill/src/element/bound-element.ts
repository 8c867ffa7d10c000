/**
 * Keeps a `<waybill-upload>` in step with the props of a component, for `react/` and `vue/`. It
 * sets all properties itself, because React 18 sets only attributes, and because no framework
 * restores a property's default when its prop is left out.
 *
 * @module
 */

import { DEFAULTS, PROPERTIES } from './attributes.ts'
import type { DropzoneCallbacks } from './dropzone-props.ts'
import { registerElement } from './register.ts'
import type { WaybillUploadEventName } from './upload-events.ts'
import type { WaybillUploadElement } from './waybill-upload-element.ts'

const EVENTS: {
  readonly [Callback in keyof DropzoneCallbacks]-?: WaybillUploadEventName | 'change'
} = {
  onAdd: 'waybill-add',
  onStart: 'waybill-start',
  onProgress: 'waybill-progress',
  onWaiting: 'waybill-waiting',
  onRefuse: 'waybill-refuse',
  onError: 'waybill-error',
  onStored: 'waybill-stored',
  onVerdict: 'waybill-verdict',
  onDone: 'waybill-done',
  onChange: 'change',
}

/** All other props are attributes or content. */
export const BOUND_PROPS: ReadonlySet<string> = new Set([
  ...Object.keys(PROPERTIES),
  ...Object.keys(EVENTS),
  'leave',
])

export const BOOLEAN_PROPS: ReadonlySet<string> = new Set(
  Object.entries(DEFAULTS).flatMap(([name, value]) => (typeof value === 'boolean' ? name : [])),
)

const PROPERTY_DEFAULTS: ReadonlyMap<string, unknown> = new Map(Object.entries(DEFAULTS))

type Props = Readonly<Record<string, unknown>>

export class BoundElement {
  readonly element: WaybillUploadElement
  readonly #listening = new AbortController()
  #props: Props = {}

  /**
   * Also registers the element. Until then, a page from a server shows nothing in its place, so that
   * users cannot choose files before the properties are set.
   */
  constructor(element: WaybillUploadElement) {
    registerElement()
    customElements.upgrade(element)
    this.element = element
    const { signal } = this.#listening
    for (const [callback, name] of Object.entries(EVENTS)) {
      const listener = (event: HTMLElementEventMap[typeof name]) => {
        // Content in the element's slots can fire `change` too.
        if (event.target === element) this.#call(callback, ...argumentsOf(event, element))
      }
      element.addEventListener(name, listener, { signal })
    }
  }

  /** Sets the properties whose props have changed since the last call. */
  update(props: Props): void {
    const before = this.#props
    this.#props = props
    for (const name of Object.keys(PROPERTIES)) {
      const value = props[name]
      if (isEqual(value, before[name])) continue
      // Components create functions anew in each render. The element keeps the first one, which
      // calls the latest.
      if (typeof value !== 'function') this.#set(name, value ?? PROPERTY_DEFAULTS.get(name))
      else if (typeof before[name] !== 'function')
        this.#set(name, (...args: readonly unknown[]) => this.#call(name, ...args))
    }
  }

  /** Call this once the component has unmounted. */
  release(): void {
    if (this.#props.leave === 'continue') return
    this.#listening.abort()
    // With an endpoint or uploader, `reset` would start another list.
    this.#set('endpoint', '')
    this.#set('uploader', undefined)
    this.element.reset()
  }

  #set(name: string, value: unknown): void {
    Object.assign(this.element, { [name]: value })
  }

  #call(name: string, ...args: readonly unknown[]): unknown {
    const callback = this.#props[name]
    return typeof callback === 'function' ? callback(...args) : undefined
  }
}

function argumentsOf(
  event: HTMLElementEventMap[WaybillUploadEventName | 'change'],
  { receipts }: WaybillUploadElement,
): readonly unknown[] {
  if (!('detail' in event)) return [receipts]
  const { detail } = event
  if ('item' in detail) return [detail.item]
  return 'files' in detail ? [detail.files, event] : [detail]
}

/** Compares plain objects by content, because components create them anew in each render. */
function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (!isPlain(one) || !isPlain(other)) return false
  const names = Object.keys(one)
  const isSameLength = names.length === Object.keys(other).length
  return isSameLength && names.every((name) => isEqual(one[name], other[name]))
}

function isPlain(value: unknown): value is Props {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
