/**
 * The chunk that is loaded as soon as an uploader is created, although the first request does not
 * need it. It retries requests, interprets failures, finds content types by file name, and opens
 * connections. Loading it after a request has failed would be too late: there may be no network, or
 * a new version of the page may have replaced its chunks.
 *
 * @module
 */

export { typeOfName } from '../file/content-types.ts'
export { warnOnce } from './diagnosis.ts'
export { keepTrying } from './keep-trying.ts'
export { parseStorageError } from './parse-storage-error.ts'
export { warm } from './warm.ts'
