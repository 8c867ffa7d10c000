/**
 * Runs the signer in a Lambda function behind a Function URL, an HTTP API or an Application Load
 * Balancer.
 *
 * @module
 */

import type { SignerEvent, UploadRules } from 'waybill'
import type { SendRequest } from 'waybill/arrival'
import { printError, reportErrorTo, throttleMistakes } from 'waybill/internal/events'
import { DEFAULT_EXPIRES_IN_SECONDS } from 'waybill/internal/protocol'
// With an import from the index, bundlers would include its other exports, which slow down a cold
// start.
import { checkOptions, createSigner, type SoundRules, signerPath } from 'waybill/internal/signer'
import type { CallOptions, QuotaStore, SignDownload, SignerOptions } from 'waybill/signer'
import type { BucketLocation } from 'waybill-s3'
import { withAuth } from './caller-check.ts'
import {
  bucketFrom,
  commaSeparated,
  credentialsFrom,
  type Environment,
  type LambdaContext,
  metricsFrom,
  oneOf,
  ownRegion,
  remainingTime,
  required,
} from './environment.ts'
import {
  type LambdaHttpResponse,
  readHttpEvent,
  toLambdaResponse,
  withViewersAuthorization,
} from './http-event.ts'
import { httpsSender } from './https-sender.ts'
import { objectDefaultsFrom, rulesFrom } from './json-settings.ts'
import { callMetrics, writeLine } from './metrics.ts'
import { keptSecret, type SecretReading, sealingSecret } from './secrets.ts'

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
 *   `rules`, `iam`, `jwt`); `WAYBILL_ALLOWED_ORIGINS`, comma-separated.
 * - Signing: `WAYBILL_RULES`, `WAYBILL_PREFIX`, `WAYBILL_PENDING_TAG` (`off` or `on`),
 *   `WAYBILL_OBJECT_DEFAULTS`, `WAYBILL_EXPIRES_IN_SECONDS`, `WAYBILL_MAX_SIGNATURE_AGE`.
 * - Links: `WAYBILL_VERIFIED_ONLY` (`off` or `on`); `WAYBILL_LINKS_URL`, `WAYBILL_LINKS_KEY_ID`,
 *   `WAYBILL_LINKS_KEY_ARN`.
 * - Quotas: `WAYBILL_QUOTA_TABLE`.
 * - Bucket: `WAYBILL_REGION`, `WAYBILL_ENDPOINT`, `WAYBILL_ADDRESSING`.
 * - Front: `WAYBILL_BASE_PATH`, `WAYBILL_CORS` (`handler` or `url`),
 *   `WAYBILL_AUTHORIZATION_HEADER`.
 * - Metrics: `WAYBILL_METRICS` (`all` or `alarms`).
 * - Tokens: `WAYBILL_JWT_ISSUER`, `WAYBILL_JWT_AUDIENCE`, `WAYBILL_JWKS_URI`.
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
  const { environment = process.env, send, rules, log = writeLine, ...signerOptions } = options
  const corsBy = oneOf(environment, 'WAYBILL_CORS', ['handler', 'url'])
  const authorizationHeader = environment.WAYBILL_AUTHORIZATION_HEADER?.toLowerCase()
  const { WAYBILL_BASE_PATH: basePath = '' } = environment
  const { now = () => new Date() } = options.effects ?? {}
  const onError = throttleMistakes(reportErrorTo(options.onError ?? printError), now)
  const signers = { authorize: options.authorize, onError }
  const reading = { environment, onError, send, now }
  const signDownload = linkSigner(reading)
  const quotas = quotaTable(reading)
  const metrics = callMetrics({ ...metricsFrom(environment), log, now })
  const { onEvent = (event: SignerEvent) => log(JSON.stringify(event)) } = options
  const signer = createSigner<UploadRules>({
    ...bucketFrom(environment),
    prefix: environment.WAYBILL_PREFIX ?? '',
    credentials: () => credentialsFrom(environment),
    secret: sealingSecret(reading),
    allowedOrigins: commaSeparated(environment, 'WAYBILL_ALLOWED_ORIGINS'),
    pendingTag: oneOf(environment, 'WAYBILL_PENDING_TAG', ['off', 'on']) === 'on',
    ...objectDefaultsFrom(environment),
    ...verifiedOnly(environment),
    ...(signDownload ? { signDownload } : {}),
    ...(quotas ? { quotas } : {}),
    ...waybillExpiration(environment),
    ...signerOptions,
    onEvent: (event: SignerEvent) => {
      metrics.count(event)
      return onEvent(event)
    },
    rules: withAuth(
      environment,
      checkedExpiry(environment, rules ?? rulesFrom(environment)),
      signers,
    ),
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

/** With `default`, the option is omitted, because the signer's default depends on `pendingTag`. */
function verifiedOnly(environment: Environment): { readonly verifiedOnly?: boolean } {
  const set = oneOf(environment, 'WAYBILL_VERIFIED_ONLY', ['default', 'off', 'on'])
  return set === 'default' ? {} : { verifiedOnly: set === 'on' }
}

/** @throws {RangeError} If a rule signs for longer than the bucket accepts signatures. */
function checkedExpiry(environment: Environment, rules: UploadRules): UploadRules {
  const most = wholeSeconds(environment, 'WAYBILL_MAX_SIGNATURE_AGE') ?? Number.POSITIVE_INFINITY
  for (const [name, rule] of Object.entries(rules)) {
    const { expiresInSeconds = DEFAULT_EXPIRES_IN_SECONDS } = rule
    if (expiresInSeconds <= most) continue
    throw new RangeError(
      `rules.${name}.expiresInSeconds is ${expiresInSeconds}, but the bucket accepts signatures for only ${most} s ` +
        '(WAYBILL_MAX_SIGNATURE_AGE, the prop maxSignatureAge)',
    )
  }
  return rules
}

function waybillExpiration(environment: Environment): {
  readonly waybillExpiresInSeconds?: number
} {
  const seconds = wholeSeconds(environment, 'WAYBILL_EXPIRES_IN_SECONDS')
  return seconds === undefined ? {} : { waybillExpiresInSeconds: seconds }
}

function wholeSeconds(environment: Environment, name: string): number | undefined {
  const given = environment[name]
  if (!given) return undefined
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw new TypeError(`${name} is '${given}', expected a whole number of seconds, at least 1`)
}

/**
 * Stores quota counts in a DynamoDB table. The code is loaded when the first file is counted.
 *
 * @returns `undefined` if `WAYBILL_QUOTA_TABLE` is not set.
 */
export function quotaTable({
  environment,
  send = httpsSender,
  now,
}: SecretReading): QuotaStore | undefined {
  const table = environment.WAYBILL_QUOTA_TABLE
  if (!table) return undefined
  const options = {
    table,
    region: ownRegion(environment),
    credentials: () => credentialsFrom(environment),
    endpoint: environment.WAYBILL_QUOTAS_ENDPOINT || undefined,
    send,
    now,
  }
  let loading: Promise<QuotaStore> | undefined
  const store = () => {
    loading ??= import('waybill/internal/dynamo-quotas').then(({ dynamoQuotas }) =>
      dynamoQuotas(options),
    )
    return loading
  }
  return {
    take: async (...asked) => (await store()).take(...asked),
    giveBack: async (...asked) => (await store()).giveBack(...asked),
    remaining: async (...asked) => (await store()).remaining(...asked),
  }
}

/**
 * Creates a function that signs links for CloudFront.
 *
 * `WAYBILL_LINKS_KEY_ARN` is the ARN of the secret with the private key, and `WAYBILL_LINKS_KEY_ID`
 * is the public key's id in CloudFront. The code and the key are loaded when the first link is
 * signed.
 *
 * @returns `undefined` if `WAYBILL_LINKS_URL` is not set. The signer then signs links for S3.
 * @throws {TypeError} If `WAYBILL_LINKS_URL` is set and one of the other two settings is missing.
 */
export function linkSigner(reading: SecretReading): SignDownload | undefined {
  const { environment } = reading
  const url = environment.WAYBILL_LINKS_URL
  if (!url) return undefined
  const keyPairId = required(environment, 'WAYBILL_LINKS_KEY_ID')
  const arn = required(environment, 'WAYBILL_LINKS_KEY_ARN')
  const privateKey = keptSecret(arn, (text) => text, reading)
  let signer: Promise<SignDownload> | undefined
  return async (download) => {
    signer ??= import('waybill/internal/cloudfront-url').then(({ cloudFrontUrls }) =>
      cloudFrontUrls({ url, keyPairId, privateKey }),
    )
    return (await signer)(download)
  }
}
