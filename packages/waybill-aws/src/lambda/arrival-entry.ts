/**
 * Entry point of the prebuilt arrival function, which `waybill-aws/cdk` deploys.
 *
 * @module
 */

import { arrivalHandler } from './arrival-handler.ts'

export const handler = arrivalHandler()
