/**
 * The code that `waybill-aws/cdk` deploys as the signer of declared rules. It is not a public subpath.
 *
 * @module
 */

import { lambdaHandler } from './lambda-handler.ts'

/** The handler that the function is configured with. */
export const handler = lambdaHandler()
