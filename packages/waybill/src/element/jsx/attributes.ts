import type { PROPERTIES } from '../attributes.ts'
import type { WaybillUploadEvents } from '../upload-events.ts'
import type { WaybillUploadElement } from '../waybill-upload-element.ts'

/** `Pick` keeps the properties' docstrings, which editors show. */
type Settable = Pick<WaybillUploadElement, keyof typeof PROPERTIES>

export type WaybillUploadProperties = {
  readonly [Name in keyof Settable]?: Settable[Name] | undefined
}

export interface WaybillUploadAttributes extends Omit<WaybillUploadProperties, 'autostart'> {
  /** With `"false"`, files are uploaded only after a call to `start()`. */
  readonly autostart?: boolean | 'true' | 'false' | undefined
  readonly 'max-files'?: number | string | undefined
  readonly 'drop-target'?: string | undefined
  readonly density?: 'compact' | undefined
  readonly shape?: 'avatar' | undefined
}

/** Listeners for React 19 and Preact, such as `onwaybill-stored`. */
export type WaybillUploadListeners = {
  readonly [Name in keyof WaybillUploadEvents as `on${Name}`]?:
    | ((event: WaybillUploadEvents[Name]) => void)
    | undefined
}
