/**
 * How `waybill-aws` and `waybill-cli` report events and errors.
 *
 * @module
 */

export { printError, reportErrorTo, throttleMistakes } from './report-error.ts'
export { refusalMessage } from './report-event.ts'
