/**
 * Registers `<waybill-upload>`. This is the only module with a side effect on import. It does
 * nothing during server rendering, or if the name is already taken, for example by a second copy of
 * this package.
 *
 * @module
 */

import { UploadElement } from './upload-element.ts'

const NAME = 'waybill-upload'

if (typeof customElements === 'object' && !customElements.get(NAME)) {
  customElements.define(NAME, UploadElement)
}
