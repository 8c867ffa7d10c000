/**
 * For `waybill-cli`: parsers of the signer's responses, because it calls a signer itself, and files
 * on disk.
 *
 * @module
 */

export { typeOfName } from './file/content-types.ts'
export { openFile } from './file/disk-file.ts'
export { isSystemFile } from './list/dropped-files.ts'
export { parseSignerError } from './send/read-answer.ts'
export { parseCompleted, parseGrant, parseUploads } from './signer-calls/signer-calls.ts'
