/**
 * The chunk for uploads in parts and for the records from which they resume. It is loaded for the
 * first file that is large enough for parts, or when a page requests interrupted uploads.
 *
 * @module
 */

export { claimRecord } from '../resume/claim-record.ts'
export { idbResumeStore } from '../resume/idb-records.ts'
export { findInterrupted, forgetRecords } from './interrupted.ts'
export { MultipartStrategy } from './multipart-strategy.ts'
