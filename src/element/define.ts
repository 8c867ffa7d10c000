/**
 * Registers `<waybill-upload>`: the one module that does something when it is imported.
 *
 * It does nothing where there are no elements (a server that renders the page), nor where the name
 * is taken, such as by a second copy of this package.
 *
 * @module
 */

import { UploadElement } from './upload-element.ts'

const NAME = 'waybill-upload'

// Without this check, `customElements` of a server that stands in for a browser would keep it.
if (typeof customElements === 'object' && !customElements.get(NAME)) {
  customElements.define(NAME, UploadElement)
}
