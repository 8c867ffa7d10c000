/**
 * The code that `waybill-aws/cdk` deploys as the prebuilt signer, for declared rules. Not a public
 * subpath.
 *
 * @module
 */

import { lambdaHandler } from './lambda-handler.ts'

/** The function's handler, configured by its environment. */
export const handler = lambdaHandler()
