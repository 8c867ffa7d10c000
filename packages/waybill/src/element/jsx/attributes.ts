/**
 * What `<waybill-upload>` takes in a template: its properties, its attributes where their names
 * differ, and listeners of its events.
 *
 * @module
 */

import type { PROPERTIES } from '../attributes.ts'
import type { WaybillUploadEvents } from '../upload-events.ts'
import type { WaybillUploadElement } from '../waybill-upload-element.ts'

/** The properties that a page sets. */
export type WaybillUploadProperties = {
  readonly [Name in keyof typeof PROPERTIES & keyof WaybillUploadElement]?:
    | WaybillUploadElement[Name]
    | undefined
}

/** Properties, and attributes whose names differ from their properties'. */
export interface WaybillUploadAttributes extends Omit<WaybillUploadProperties, 'autostart'> {
  /** `"false"` leaves files until `start()`. */
  readonly autostart?: boolean | 'true' | 'false' | undefined
  readonly 'max-files'?: number | string | undefined
  readonly 'drop-target'?: string | undefined
  readonly theme?: 'barcode' | undefined
}

/** `onwaybill-stored` and so on: how React 19 and Preact listen to custom events. */
export type WaybillUploadListeners = {
  readonly [Name in keyof WaybillUploadEvents as `on${Name}`]?:
    | ((event: WaybillUploadEvents[Name]) => void)
    | undefined
}
