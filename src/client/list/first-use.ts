/**
 * What a list needs only once a page listens to it or adds a file. One chunk, so that one request
 * brings all of it while the page has a network.
 *
 * @module
 */

export { typeOfName } from '../upload/content-types.ts'
export { checkFile, hintsOf } from './check-file.ts'
export { InterruptedItems } from './interrupted-items.ts'
export { prepareFile } from './prepare.ts'
