/**
 * `waybill/element/react` – registers `<waybill-upload>` and types it in React's JSX (18 and 19).
 *
 * React 18 sets only attributes, so set functions and objects through a `ref`, and use
 * `addEventListener` for events.
 *
 * @module
 */

import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import '../define.ts'
import type { WaybillUploadElement } from '../waybill-upload-element.ts'
import type { WaybillUploadAttributes, WaybillUploadListeners } from './attributes.ts'

/** Props of `<waybill-upload>`. */
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
