/**
 * Registers `<waybill-upload>`: the only module with an effect when it is imported.
 *
 * It does nothing without custom elements (a server that renders the page), or if the name is
 * taken, for example by a second copy of this package.
 *
 * @module
 */

import { UploadElement } from './upload-element.ts'

const NAME = 'waybill-upload'

// Without this check, `customElements` of a server that stands in for a browser would keep it.
if (typeof customElements === 'object' && !customElements.get(NAME)) {
  customElements.define(NAME, UploadElement)
}
