/**
 * The chunk for multipart uploads and resume records. It is loaded for the first large file, or
 * when a page requests interrupted uploads.
 *
 * @module
 */

export { claimRecord } from '../resume/claim-record.ts'
export { idbResumeStore } from '../resume/idb-records.ts'
export { findInterrupted, forgetRecords } from './interrupted.ts'
export { MultipartStrategy } from './multipart-strategy.ts'
