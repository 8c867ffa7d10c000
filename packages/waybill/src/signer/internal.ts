/**
 * The parts of the signer that `waybill-cli` uses besides the public ones.
 *
 * @module
 */

export { refusalMessage } from '../events/report-event.ts'
