/**
 * The signer as a Lambda function: behind a Function URL, an HTTP API or an Application Load Balancer.
 *
 * @module
 */

import type { SendRequest } from '../aws/call-json.ts'
import type { SignerEvent, UploadRules } from '../protocol/index.ts'
import type { BucketLocation } from '../s3/index.ts'
import { createSigner, type SignerOptions } from '../signer/index.ts'
import { tellErrorTo } from '../signer/tell-error.ts'
import { withAuth } from './caller-check.ts'
import { bucketFrom, credentialsFrom, type Environment, listOf, oneOf } from './environment.ts'
import { readHttpEvent, withViewersAuthorization } from './http-event.ts'
import { type LambdaHttpResponse, toLambdaResponse } from './http-response.ts'
import { writeLine } from './log-line.ts'
import { type LambdaContext, remainingTime } from './remaining-time.ts'
import { rulesFrom } from './rules-setting.ts'
import { sealingSecret } from './sealing-secret.ts'

type FromEnvironment = keyof BucketLocation | 'credentials' | 'secret' | 'rules'

/** What a signer can be told, apart from what the environment says. */
export interface LambdaHandlerOptions<Rules extends UploadRules>
  extends Partial<Omit<SignerOptions<Rules>, FromEnvironment>> {
  /** @default from `WAYBILL_RULES` */
  readonly rules?: Rules
  /** @default process.env */
  readonly environment?: Environment
  /** How the secret is read. @default over `node:https` */
  readonly send?: SendRequest
  /** Gets one JSON line per event, unless there is an `onEvent`. @default the function's log */
  readonly log?: (line: string) => void
}

/** `context` is Lambda's: the signer answers before its time is over. */
export type LambdaHandler = (event: unknown, context?: LambdaContext) => Promise<LambdaHttpResponse>

/**
 * Makes the handler; settings are read at once, so that a wrong one fails the deployment's first start and not the
 * first upload.
 *
 * Environment: `WAYBILL_BUCKET`, `WAYBILL_SECRET_ARN` (or `WAYBILL_SECRET`), `WAYBILL_AUTH` (`none`, `rules`, `iam`,
 * `jwt`), `WAYBILL_ALLOWED_ORIGINS` (comma-separated), and where they are needed `WAYBILL_RULES`, `WAYBILL_PREFIX`,
 * `WAYBILL_REGION`, `WAYBILL_ENDPOINT`, `WAYBILL_ADDRESSING`, `WAYBILL_BASE_PATH`, `WAYBILL_AUTHORIZATION_HEADER`,
 * `WAYBILL_CORS` (`handler` or `url`), `WAYBILL_PENDING_TAG` (`off` or `on`), `WAYBILL_EXPIRES_IN_SECONDS`,
 * `WAYBILL_JWT_ISSUER`, `WAYBILL_JWT_AUDIENCE`, `WAYBILL_JWKS_URI`. docs/aws.md says what each does.
 *
 * @throws {TypeError | RangeError} Naming the setting or option that cannot be.
 */
export function lambdaHandler<Rules extends UploadRules>(
  options: LambdaHandlerOptions<Rules> = {},
): LambdaHandler {
  const { environment = process.env, send, rules, log = writeLine, ...signerOptions } = options
  const corsBy = oneOf(environment, 'WAYBILL_CORS', ['handler', 'url'])
  const authorizationHeader = environment.WAYBILL_AUTHORIZATION_HEADER?.toLowerCase()
  const basePath = (environment.WAYBILL_BASE_PATH ?? '').replace(/\/+$/, '')
  const onError = tellErrorTo(options.onError)
  const signers = { authorize: options.authorize, onError }
  const signer = createSigner<UploadRules>({
    ...bucketFrom(environment),
    prefix: environment.WAYBILL_PREFIX ?? '',
    credentials: () => credentialsFrom(environment),
    secret: sealingSecret({
      environment,
      onError,
      ...(send ? { send } : {}),
      ...(options.now ? { now: options.now } : {}),
    }),
    allowedOrigins: listOf(environment, 'WAYBILL_ALLOWED_ORIGINS'),
    pendingTag: oneOf(environment, 'WAYBILL_PENDING_TAG', ['off', 'on']) === 'on',
    randomBytes,
    ...waybillLife(environment),
    onEvent: (event: SignerEvent) => log(JSON.stringify(event)),
    ...signerOptions,
    rules: withAuth(environment, rules ?? rulesFrom(environment), signers),
  })
  return async (event, context) => {
    const { front, request } = withViewersAuthorization(readHttpEvent(event), authorizationHeader)
    const path = pathBelow(basePath, request.path)
    const response = await signer.handle({ ...request, path }, remainingTime(context))
    return toLambdaResponse(front, response, corsBy)
  }
}

/** How long uploads can be resumed, where it is not the signer's own week. */
function waybillLife(environment: Environment): { readonly waybillExpiresInSeconds?: number } {
  const given = environment.WAYBILL_EXPIRES_IN_SECONDS
  if (!given) return {}
  if (!/^[1-9]\d{0,8}$/.test(given)) {
    throw new TypeError(`WAYBILL_EXPIRES_IN_SECONDS is '${given}', expected whole seconds from 1`)
  }
  return { waybillExpiresInSeconds: Number(given) }
}

/** `crypto.getRandomValues` would load Web Crypto for nothing else, a millisecond of a cold start. */
function randomBytes(length: number): Uint8Array {
  return process.getBuiltinModule('node:crypto').randomBytes(length)
}

/** No path of the signer's. */
const ELSEWHERE = '/not-below-the-base-path'

/** @returns `''`, `/parts` and so on; for other paths one that the signer answers with 404. */
function pathBelow(basePath: string, path: string): string {
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return ELSEWHERE
  return path.slice(basePath.length).replace(/\/$/, '')
}
