/**
 * A chunk that is loaded with the first file large enough for parts, or when a page asks for
 * interrupted uploads: parts, and the records from which they are resumed.
 *
 * @module
 */

export { claimRecord } from '../resume/claim-record.ts'
export { idbResumeStore } from '../resume/idb-records.ts'
export { findInterrupted, forgetRecords } from './interrupted.ts'
export { MultipartStrategy } from './multipart-strategy.ts'
