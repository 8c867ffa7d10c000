/**
 * What `waybill/cdk` deploys as arrival. Not a public subpath.
 *
 * @module
 */

import { arrivalHandler } from './arrival-handler.ts'

export const handler = arrivalHandler()
