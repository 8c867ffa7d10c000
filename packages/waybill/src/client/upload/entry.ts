/**
 * What only uploads in parts need: a chunk of its own, loaded with the first file that is large
 * enough, so that a page for small files does not pay for it.
 *
 * @module
 */

export { claimRecord } from '../resume/claim-record.ts'
export { MultipartStrategy } from './multipart-strategy.ts'
