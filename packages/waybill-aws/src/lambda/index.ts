/**
 * `waybill-aws/lambda` – Lambda handlers for the signer, behind a Function URL, an HTTP API or a
 * load balancer, and for the arrival function, behind EventBridge.
 *
 * @module
 */

export type { Environment } from 'waybill/internal/settings'
export {
  type ArrivalHandler,
  type ArrivalHandlerOptions,
  arrivalHandler,
} from './arrival-handler.ts'
export type { LambdaContext } from './execution-environment.ts'
export type { LambdaHttpResponse } from './http-event.ts'
export { type LambdaHandler, type LambdaHandlerOptions, lambdaHandler } from './lambda-handler.ts'
