/**
 * Parsers of the signer's responses, for `waybill-cli`, which calls a signer itself.
 *
 * @module
 */

export { parseSignerError } from './send/parse-signer-error.ts'
export { parseCompleted, parseGrant, parseUploads } from './signer-calls/signer-responses.ts'
