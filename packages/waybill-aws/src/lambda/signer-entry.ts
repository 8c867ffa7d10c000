/**
 * Entry point of the prebuilt signer, which `waybill-aws/cdk` deploys.
 *
 * @module
 */

import { lambdaHandler } from './lambda-handler.ts'

export const handler = lambdaHandler()
