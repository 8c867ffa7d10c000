/**
 * The check of callers' tokens, which `waybill-aws` and `waybill-cli` use for their settings.
 *
 * @module
 */

export { BACKEND } from '../protocol/authorization.ts'
export { tokenAuthorize } from './token-authorize.ts'
export { tokenCaller } from './token-caller.ts'
