/**
 * The chunk for links, removal and claims. A signer that only signs uploads does not load it.
 *
 * @module
 */

export { answerLink, answerRemove } from './calls.ts'
export { claimObject } from './claim-object.ts'
export { downloadUrl } from './download-url.ts'
export { removeObject } from './remove-object.ts'
