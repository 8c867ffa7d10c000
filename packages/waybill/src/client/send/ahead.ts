/**
 * A chunk that is loaded as soon as an uploader is created, and which the first request does not
 * need: retries and what failures mean, types of file names, opening connections. When a request
 * has failed it would be too late to load it: there may be no network, or a new version of the page
 * may have replaced its chunks.
 *
 * @module
 */

export { typeOfName } from '../file/content-types.ts'
export { warnOnce } from './diagnosis.ts'
export { keepTrying } from './keep-trying.ts'
export { parseStorageError } from './parse-storage-error.ts'
export { warm } from './warm.ts'
