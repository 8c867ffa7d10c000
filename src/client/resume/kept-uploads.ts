/**
 * The records that this browser keeps, and what a page may ask of them: one chunk, because who asks
 * reads the records next.
 *
 * @module
 */

export { idbResumeStore } from './idb-records.ts'
export { findInterrupted, forgetRecords } from './interrupted.ts'
export { isResumeRecord } from './resume-record.ts'
