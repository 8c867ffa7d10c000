/**
 * The chunk for links, removal, claims and verdicts. A signer that only signs uploads does not load
 * it.
 *
 * @module
 */

export { answerLink, answerRemove, answerVerdict } from './owner-calls.ts'
export { claimObject } from './claim-object.ts'
export { downloadUrl } from './download-url.ts'
export { removeObject } from './remove-object.ts'
