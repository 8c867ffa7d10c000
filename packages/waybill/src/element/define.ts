/**
 * Registers `<waybill-upload>`. The only module with a side effect on import.
 *
 * Does nothing during server rendering, or if the name is taken, such as by a second copy of this
 * package.
 *
 * @module
 */

import { UploadElement } from './upload-element.ts'

const NAME = 'waybill-upload'

// Checking `get` first: the `customElements` of some server-side DOMs would keep the first class.
if (typeof customElements === 'object' && !customElements.get(NAME)) {
  customElements.define(NAME, UploadElement)
}
