/**
 * The parts of the signer that `waybill-cli` uses besides the public ones.
 *
 * @module
 */

export { refusalMessage } from './context/report-event.ts'
