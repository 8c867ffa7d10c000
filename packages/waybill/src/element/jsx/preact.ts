/**
 * `waybill/element/preact` – registers `<waybill-upload>` and types it for JSX in Preact.
 *
 * @module
 */

import type { HTMLAttributes } from 'preact'
import '../define.ts'
import type { WaybillUploadElement } from '../waybill-upload-element.ts'
import type { WaybillUploadAttributes, WaybillUploadListeners } from './attributes.ts'

/** Props for `<waybill-upload>`. */
export type WaybillUploadJsx = Omit<
  HTMLAttributes<WaybillUploadElement>,
  keyof WaybillUploadAttributes
> &
  WaybillUploadAttributes &
  WaybillUploadListeners

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'waybill-upload': WaybillUploadJsx
    }
  }
}
