/**
 * Runs the signer in a Lambda function behind a Function URL, an HTTP API or an Application Load
 * Balancer.
 *
 * @module
 */

import type { SignerEvent, UploadRules } from 'waybill'
import type { SendRequest } from 'waybill/arrival'
import { printError, reportErrorTo, throttleMistakes } from 'waybill/internal/events'
import { type Environment, oneOf, signerSettings } from 'waybill/internal/settings'
// With an import from the index, bundlers would include its other exports, which slow down a cold
// start.
import { checkOptions, createSigner, type SoundRules, signerPath } from 'waybill/internal/signer'
import type { CallOptions, SignerOptions } from 'waybill/signer'
import type { BucketLocation } from 'waybill-s3'
import {
  credentialsFrom,
  type LambdaContext,
  metricsFrom,
  remainingTime,
} from './execution-environment.ts'
import {
  type LambdaHttpResponse,
  readHttpEvent,
  toLambdaResponse,
  withViewersAuthorization,
} from './http-event.ts'
import { httpsSender } from './https-sender.ts'
import { callMetrics, writeLine } from './metrics.ts'

type FromEnvironment = keyof BucketLocation | 'credentials' | 'secret' | 'rules'

/**
 * Options of `lambdaHandler`: the options of `createSigner` except the bucket, the credentials and
 * the secret, which come from the environment. An option takes precedence over its environment
 * variable.
 */
export interface LambdaHandlerOptions<Rules extends UploadRules>
  extends Partial<Omit<SignerOptions<Rules>, FromEnvironment>> {
  /**
   * The upload rules.
   * @default from `WAYBILL_RULES`
   */
  readonly rules?: SoundRules<Rules>
  /**
   * The environment variables to read settings from.
   * @default process.env
   */
  readonly environment?: Environment
  /**
   * Sends requests to Secrets Manager and DynamoDB.
   * @default over `node:https`
   */
  readonly send?: SendRequest
  /**
   * Receives log lines: metrics and, unless `onEvent` is set, one JSON line per event.
   * @default the function's log
   */
  readonly log?: (line: string) => void
}

/**
 * Responds to one HTTP request.
 *
 * Pass Lambda's second argument as `context`. The signer then responds before the function times
 * out, and its error responses contain the request id from the function's log.
 */
export type LambdaHandler = (event: unknown, context?: LambdaContext) => Promise<LambdaHttpResponse>

/**
 * Creates a Lambda handler for the signer.
 *
 * Settings are read immediately, so that an invalid one makes the function fail at its first start
 * and not at the first upload. Set them as environment variables, which
 * docs/operate/template.md explains:
 *
 * - Required: `WAYBILL_BUCKET`; `WAYBILL_SECRET_ARN` or `WAYBILL_SECRET`; `WAYBILL_AUTH` (`none`,
 *   `rules`, `iam`, `jwt`, `token`); `WAYBILL_ALLOWED_ORIGINS`, comma-separated.
 * - Signing: `WAYBILL_RULES`, `WAYBILL_PREFIX`, `WAYBILL_PENDING_TAG` (`off` or `on`),
 *   `WAYBILL_OBJECT_DEFAULTS`, `WAYBILL_EXPIRES_IN_SECONDS`, `WAYBILL_MAX_SIGNATURE_AGE`.
 * - Links: `WAYBILL_VERIFIED_ONLY` (`off` or `on`); `WAYBILL_LINKS_URL`, `WAYBILL_LINKS_KEY_ID`,
 *   `WAYBILL_LINKS_KEY_ARN`.
 * - Quotas: `WAYBILL_QUOTA_TABLE`.
 * - Bucket: `WAYBILL_REGION`, `WAYBILL_ENDPOINT`, `WAYBILL_ADDRESSING`.
 * - Front: `WAYBILL_BASE_PATH`, `WAYBILL_CORS` (`handler` or `url`),
 *   `WAYBILL_AUTHORIZATION_HEADER`.
 * - Metrics: `WAYBILL_METRICS` (`all` or `alarms`).
 * - With `jwt`: `WAYBILL_JWT_ISSUER`, `WAYBILL_JWT_AUDIENCE`, `WAYBILL_JWKS_URI`.
 * - With `token`: `WAYBILL_TOKEN_AUDIENCE`, `WAYBILL_TOKEN_ISSUER`, and one of
 *   `WAYBILL_TOKEN_SECRET_ARN`, `WAYBILL_TOKEN_SECRET`, `WAYBILL_TOKEN_PUBLIC_KEY` and
 *   `WAYBILL_TOKEN_JWKS_URI`.
 *
 * @throws {TypeError | RangeError} If a setting or option is invalid. The message names it.
 * @example
 * ```ts
 * // index.mjs of the function, with WAYBILL_AUTH=jwt
 * import { lambdaHandler } from 'waybill-aws/lambda'
 *
 * export const handler = lambdaHandler({
 *   rules: {
 *     video: { types: ['video/*'], maxSize: '2 GiB', onComplete: ({ key }) => addVideo(key) },
 *   },
 * })
 * ```
 */
export function lambdaHandler<const Rules extends UploadRules>(
  options: LambdaHandlerOptions<Rules> = {},
): LambdaHandler {
  checkOptions(options, 'environment', 'send', 'log')
  const {
    environment = process.env,
    send = httpsSender,
    rules,
    log = writeLine,
    ...signerOptions
  } = options
  const corsBy = oneOf(environment, 'WAYBILL_CORS', ['handler', 'url'])
  const authorizationHeader = environment.WAYBILL_AUTHORIZATION_HEADER?.toLowerCase()
  const { WAYBILL_BASE_PATH: basePath = '' } = environment
  const { now = () => new Date() } = options.effects ?? {}
  const onError = throttleMistakes(reportErrorTo(options.onError ?? printError), now)
  const source = {
    environment,
    credentials: () => credentialsFrom(environment),
    onError,
    send,
    now,
  }
  const metrics = callMetrics({ ...metricsFrom(environment), log, now })
  const { onEvent = (event: SignerEvent) => log(JSON.stringify(event)) } = options
  const signer = createSigner<UploadRules>({
    ...signerSettings(source, { rules, authorize: options.authorize, onError }),
    ...signerOptions,
    onEvent: (event: SignerEvent) => {
      metrics.count(event)
      return onEvent(event)
    },
  })
  return async (event, context) => {
    const { front, request } = withViewersAuthorization(readHttpEvent(event), authorizationHeader)
    const path = signerPath(request.path, basePath)
    const response = await signer.handle({ ...request, path }, callOf(context))
    try {
      metrics.write()
    } catch (error) {
      onError(error)
    }
    return toLambdaResponse(front, response, corsBy)
  }
}

function callOf(context: LambdaContext | undefined): CallOptions {
  const requestId = context?.awsRequestId
  return { ...remainingTime(context), ...(requestId === undefined ? {} : { requestId }) }
}
