/**
 * What finds out and says why something failed: a chunk of its own, which only a page with a
 * mistake in it needs. A page that cannot load it has bad weather, and no mistake to be told of.
 *
 * @module
 */

export { Diagnosis } from './diagnosis.ts'
export { warnOnce } from './warn-once.ts'
