/**
 * The records of this browser and the functions of a page for them: one chunk, because these
 * functions read the records.
 *
 * @module
 */

export { idbResumeStore } from './idb-records.ts'
export { findInterrupted, forgetRecords } from '../interrupted.ts'
export { isResumeRecord } from './resume-record.ts'
