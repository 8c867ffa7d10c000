/**
 * This chunk is loaded as soon as an uploader is created, although the first request needs it only
 * for its token. Loading it after a failure would be too late: the network may be down, or a deployment may
 * have replaced the page's chunks.
 *
 * @module
 */

export { typeOfName } from '../file/content-types.ts'
export { warnOnce } from './diagnosis.ts'
export { FailedRequest } from './failed-request.ts'
export { callForToken, fetchToken } from './fetch-token.ts'
export { parseStorageError } from './parse-storage-error.ts'
export { warm } from './warm.ts'
