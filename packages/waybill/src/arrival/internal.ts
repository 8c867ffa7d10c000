/**
 * The parts of the arrival handler that `waybill-aws` uses besides the public ones.
 *
 * @module
 */

export { createJudge, type Judgment } from './create-arrival.ts'
