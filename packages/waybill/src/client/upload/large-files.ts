/**
 * The chunk for multipart uploads and resume records. It is loaded for the first large file, or
 * when a page requests interrupted uploads.
 *
 * @module
 */

export { idbResumeStore } from '../resume/browser-store.ts'
export { claimRecord } from '../resume/claim-record.ts'
export { findInterrupted, forgetRecords } from './interrupted.ts'
export { MultipartStrategy } from './multipart-upload.ts'
