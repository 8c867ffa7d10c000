/**
 * The chunk for code that most pages do not need at startup: lists, hints and calls for stored
 * objects. It is loaded on first use.
 *
 * @module
 */

export { askRules } from '../signer-calls/ask-rules.ts'
export { link, remove, verdict } from '../signer-calls/stored-object.ts'
export { ListHelp } from './list-help.ts'
