/**
 * The lazily loaded chunk for stored objects: links, removal, claims, verdicts and receipts.
 *
 * @module
 */

export { claimObject } from './claim-object.ts'
export { downloadUrl } from './download-url.ts'
export { readOwnReceipt } from './own-receipt.ts'
export { answerLink, answerRemove, answerVerdict } from './owner-calls.ts'
export { removeObject } from './remove-object.ts'
