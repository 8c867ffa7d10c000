/**
 * The code that only failures need: a chunk of its own, loaded when an uploader is made, because it
 * could not be loaded without a network, or after a new version of the page has replaced the
 * chunks.
 *
 * @module
 */

export { readStorageAnswer } from './storage-answer.ts'
export { tryOn } from './trials.ts'
