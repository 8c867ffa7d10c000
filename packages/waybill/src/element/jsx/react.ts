/**
 * `waybill/element/react` – registers `<waybill-upload>` and types it for JSX in React 18 and 19.
 *
 * React 18 sets only attributes. Set functions and objects through a `ref`, and use
 * `addEventListener` for events.
 *
 * @module
 */

import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import '../define.ts'
import type { WaybillUploadElement } from '../waybill-upload-element.ts'
import type { WaybillUploadAttributes, WaybillUploadListeners } from './attributes.ts'

/** Props for `<waybill-upload>`. */
export type WaybillUploadJsx = Omit<
  DetailedHTMLProps<HTMLAttributes<WaybillUploadElement>, WaybillUploadElement>,
  keyof WaybillUploadAttributes
> &
  WaybillUploadAttributes &
  WaybillUploadListeners & { readonly class?: string | undefined }

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'waybill-upload': WaybillUploadJsx
    }
  }
}
