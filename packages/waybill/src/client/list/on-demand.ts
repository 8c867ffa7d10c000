/**
 * A chunk for what most pages do not need at once: the help of lists, and calls about rules and
 * stored objects. Loaded with the first of them.
 *
 * @module
 */

export { askRules } from '../signer-calls/ask-rules.ts'
export { link, remove, verdict } from '../signer-calls/stored-object.ts'
export { ListHelp } from './list-help.ts'
