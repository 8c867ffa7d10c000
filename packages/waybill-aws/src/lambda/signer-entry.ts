/**
 * The code that `waybill-aws/cdk` deploys as the signer with declared rules. Not a public subpath.
 *
 * @module
 */

import { lambdaHandler } from './lambda-handler.ts'

/** The configured handler of the function. */
export const handler = lambdaHandler()
