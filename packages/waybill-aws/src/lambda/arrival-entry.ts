/**
 * The code that `waybill-aws/cdk` deploys as arrival. Not a public subpath.
 *
 * @module
 */

import { arrivalHandler } from './arrival-handler.ts'

/** The configured handler of the function. */
export const handler = arrivalHandler()
