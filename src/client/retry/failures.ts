/**
 * What only failures need: a chunk of its own, loaded when an uploader is made, since no code can
 * be loaded while the network is away or after a new version of the page has replaced the chunks.
 *
 * @module
 */

export { readStorageAnswer } from '../transport/storage-answer.ts'
export { tryOn } from './trials.ts'
