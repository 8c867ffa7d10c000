/**
 * What `UploadDropzone` is in both React and Vue: its props, and what keeps a `<waybill-upload>`
 * in step with them.
 *
 * @module
 */

import type { UseUploadsOptions } from '../client/list/component-list.ts'
import type { UploadItem } from '../client/list/upload-list.ts'
import type { HasSeveralRules } from '../client/upload/upload.ts'
import type { Uploader } from '../client/uploader.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import type { WaybillUploadEventName, WaybillUploadEvents } from './events.ts'
import {
  DEFAULTS,
  PROPERTIES,
  type WaybillUploadAttributes,
  type WaybillUploadElement,
  type WaybillUploadProperties,
} from './public-interface.ts'
import { registerElement } from './upload-element.ts'

/** The attributes that are not properties too, such as `shape`. */
type OtherAttributes = Omit<
  WaybillUploadAttributes,
  keyof WaybillUploadProperties | `${string}-${string}`
>

interface OwnUploader {
  /** The signer's base URL. Required unless `uploader` is set. A new value empties the element. */
  readonly endpoint: string
  readonly uploader?: undefined
}

interface GivenUploader<Rules extends UploadRules> {
  readonly endpoint?: string | undefined
  /**
   * An uploader to use instead of the element's own. Its type checks the rule's name and types the
   * results. Create it once, outside components: a new one empties the element.
   */
  readonly uploader: Uploader<Rules>
}

/** Without `endpoint` and `uploader`, no file could be uploaded. */
export type DropzoneUploader<Rules extends UploadRules> = OwnUploader | GivenUploader<Rules>

/** The props that don't depend on the rule's name. */
export interface DropzoneSettings
  extends Omit<WaybillUploadProperties, 'rule' | 'uploader' | 'endpoint'>,
    OtherAttributes {
  /**
   * What happens to uploads in flight when the component unmounts. With `continue`, callbacks are
   * still called.
   * @default 'abort'
   */
  readonly leave?: UseUploadsOptions['leave'] | undefined
}

interface NamedRule<Name extends string> {
  /** Name of the upload rule. Required if the signer has several rules. */
  readonly rule: Name
}

interface OptionalRule<Name extends string> {
  /** Name of the upload rule. Required if the signer has several rules. */
  readonly rule?: Name | undefined
}

/** The rule's name, and callbacks with the results of its uploads. */
export type DropzoneRuleProps<
  Rules extends UploadRules,
  Name extends RuleName<Rules>,
> = (HasSeveralRules<Rules> extends true ? NamedRule<Name> : OptionalRule<Name>) &
  DropzoneCallbacks<RuleResult<Rules, Name>>

/** One callback for each of the element's events. */
export interface DropzoneCallbacks<Result = unknown> {
  /**
   * The user chose, dropped or pasted files. `event.preventDefault()` rejects all of them. To accept
   * some, also pass those to the element's `add`.
   */
  readonly onAdd?:
    | ((files: readonly File[], event: WaybillUploadEvents['waybill-add']) => void)
    | undefined
  /** An upload has started. */
  readonly onStart?: ((item: UploadItem<Result>) => void) | undefined
  /** Bytes were sent. Called up to ten times per second for each file. */
  readonly onProgress?: ((item: UploadItem<Result>) => void) | undefined
  /** An upload is waiting; see `item.waiting`. */
  readonly onWaiting?: ((item: UploadItem<Result>) => void) | undefined
  /** A file was refused; see `item.error`. */
  readonly onRefuse?: ((item: UploadItem<Result>) => void) | undefined
  /** An upload failed; see `item.error`. */
  readonly onError?: ((item: UploadItem<Result>) => void) | undefined
  /** A file was stored. `item.completed` contains its key, its receipt and the rule's result. */
  readonly onStored?: ((item: UploadItem<Result>) => void) | undefined
  /** The arrival check's verdict on a stored file is known; see `item.verdict`. */
  readonly onVerdict?: ((item: UploadItem<Result>) => void) | undefined
  /** The last upload in flight has ended. */
  readonly onDone?: ((outcome: WaybillUploadEvents['waybill-done']['detail']) => void) | undefined
  /** The receipts, which the form submits, have changed. */
  readonly onChange?: ((receipts: readonly string[]) => void) | undefined
}

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

/**
 * Sets all properties itself, because React 18 sets only attributes, and because no framework
 * restores a property's default when its prop is left out.
 */
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
