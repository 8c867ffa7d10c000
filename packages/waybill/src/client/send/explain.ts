/**
 * Explains failures to developers: a chunk that is loaded with the first failure of a page. A page
 * that cannot load it has no network, and so no mistake to be warned of.
 *
 * @module
 */

export { Diagnosis } from './diagnosis.ts'
export { warnOnce } from './warn-once.ts'
