/**
 * Parsers of the signer's responses, for `waybill-cli`, which calls a signer itself.
 *
 * @module
 */

export { parseSignerError } from './send/read-answer.ts'
export { parseCompleted, parseGrant, parseUploads } from './signer-calls/signer-calls.ts'
