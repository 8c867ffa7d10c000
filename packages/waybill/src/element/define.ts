/**
 * Registers `<waybill-upload>`. This is the only module with a side effect on import. It does
 * nothing during server rendering.
 *
 * @module
 */

import { registerElement } from './upload-element.ts'

if (typeof customElements === 'object') registerElement()
