/**
 * The chunk of what follows an upload. A signer that only signs uploads does not load it.
 *
 * @module
 */

export { answerLink, answerRemove } from './calls.ts'
export { claimObject } from './claim-object.ts'
export { downloadUrl } from './download-url.ts'
export { removeObject } from './remove-object.ts'
