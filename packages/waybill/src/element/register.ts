import { UploadElement } from './upload-element.ts'

const NAME = 'waybill-upload'

/** Does nothing if the name is already taken, for example by a second copy of this package. */
export function registerElement(): void {
  if (!customElements.get(NAME)) customElements.define(NAME, UploadElement)
}
