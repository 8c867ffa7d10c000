/**
 * The code that `waybill-aws/cdk` deploys as arrival. It is not a public subpath.
 *
 * @module
 */

import { arrivalHandler } from './arrival-handler.ts'

/** The handler that the function is configured with. */
export const handler = arrivalHandler()
