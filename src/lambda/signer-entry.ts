/**
 * What `waybill/cdk` deploys as the signer when the rules are settings. Not a public subpath.
 *
 * @module
 */

import { lambdaHandler } from './lambda-handler.ts'

export const handler = lambdaHandler()
