/**
 * The chunk for code that most pages do not need immediately: help for lists, and calls about rules
 * and stored objects. It is loaded when the first of these is used.
 *
 * @module
 */

export { askRules } from '../signer-calls/ask-rules.ts'
export { link, remove, verdict } from '../signer-calls/stored-object.ts'
export { ListHelp } from './list-help.ts'
