/**
 * The props that `UploadDropzone` has in both React and Vue.
 *
 * @module
 */

import type { UseUploadsOptions } from '../client/list/component-list.ts'
import type { UploadItem } from '../client/list/snapshot.ts'
import type { HasSeveralRules } from '../client/upload/upload-options.ts'
import type { Uploader } from '../client/uploader.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import type { WaybillUploadEvents } from './upload-events.ts'
import type { WaybillUploadAttributes, WaybillUploadProperties } from './waybill-upload-element.ts'

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
