/**
 * The code that `waybill-aws/cdk` deploys as the prebuilt arrival function. Not a public subpath.
 *
 * @module
 */

import { arrivalHandler } from './arrival-handler.ts'

/** The function's handler, configured by its environment. */
export const handler = arrivalHandler()
