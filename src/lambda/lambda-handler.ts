/**
 * The signer as a Lambda function: behind a Function URL, an HTTP API or an Application Load Balancer.
 *
 * @module
 */

import type { SendRequest } from '../arrival/aws-json.ts'
import { UploadError, type UploadRules } from '../protocol/index.ts'
import type { BucketLocation } from '../s3/index.ts'
import { createSigner, type Signer, type SignerOptions } from '../signer/index.ts'
import { callerCheckFrom, withCallerCheck } from './caller-check.ts'
import { bucketFrom, credentialsFrom, type Environment, listOf, oneOf } from './environment.ts'
import { readHttpEvent, withViewersAuthorization } from './http-event.ts'
import { type LambdaHttpResponse, toLambdaResponse } from './http-response.ts'
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
}

export type LambdaHandler = (event: unknown) => Promise<LambdaHttpResponse>

/**
 * Makes the handler; settings are read at once, so that a wrong one fails the deployment's first start and not the
 * first upload.
 *
 * Environment: `WAYBILL_BUCKET`, `WAYBILL_SECRET_ARN` (or `WAYBILL_SECRET`), `WAYBILL_ALLOWED_ORIGINS`
 * (comma-separated), and where they are needed `WAYBILL_RULES`, `WAYBILL_PREFIX`, `WAYBILL_REGION`,
 * `WAYBILL_ENDPOINT`, `WAYBILL_ADDRESSING`, `WAYBILL_BASE_PATH`, `WAYBILL_AUTHORIZATION_HEADER`, `WAYBILL_CORS` (`handler` or `url`), `WAYBILL_PENDING_TAG` (`off` or `on`), `WAYBILL_AUTH` (`none`, `iam`, `jwt`),
 * `WAYBILL_JWT_ISSUER`, `WAYBILL_JWT_AUDIENCE`, `WAYBILL_JWKS_URI`. docs/aws.md says what each does.
 *
 * @throws {TypeError | RangeError} Naming the setting or option that cannot be.
 */
export function lambdaHandler<Rules extends UploadRules>(
  options: LambdaHandlerOptions<Rules> = {},
): LambdaHandler {
  const { environment = process.env, send, rules, ...signerOptions } = options
  const corsBy = oneOf(environment, 'WAYBILL_CORS', ['handler', 'url'])
  const authorizationHeader = environment.WAYBILL_AUTHORIZATION_HEADER?.toLowerCase()
  const basePath = (environment.WAYBILL_BASE_PATH ?? '').replace(/\/+$/, '')
  const readSecret = sealingSecret({
    environment,
    ...(send ? { send } : {}),
    ...(options.now ? { now: options.now } : {}),
  })
  const settings = {
    ...bucketFrom(environment),
    credentials: () => credentialsFrom(environment),
    allowedOrigins: listOf(environment, 'WAYBILL_ALLOWED_ORIGINS'),
    pendingTag: oneOf(environment, 'WAYBILL_PENDING_TAG', ['off', 'on']) === 'on',
    randomBytes,
    ...signerOptions,
    rules: withCallerCheck(rules ?? rulesFrom(environment), callerCheckFrom(environment)),
  }
  const signerOf = keepSigner(settings)
  // Begun while Lambda initialises, with the full CPU that it gives to that; a failure here is told by the first call.
  const begun = readSecret().catch(() => undefined)
  return async (event) => {
    const { front, request } = withViewersAuthorization(readHttpEvent(event), authorizationHeader)
    await begun
    const signer = signerOf(await readSecret())
    const path = pathBelow(basePath, request.path)
    const response =
      path === undefined ? notFound(basePath) : await signer.handle({ ...request, path })
    return toLambdaResponse(front, response, corsBy)
  }
}

/** `crypto.getRandomValues` would load Web Crypto for nothing else, a millisecond of a cold start. */
function randomBytes(length: number): Uint8Array {
  return process.getBuiltinModule('node:crypto').randomBytes(length)
}

/** One signer for as long as the secrets stay the same: what it derives from them is kept with it. */
function keepSigner(
  settings: Omit<SignerOptions<UploadRules>, 'secret'>,
): (secret: readonly string[]) => Signer<UploadRules> {
  let kept: { readonly secret: readonly string[]; readonly signer: Signer<UploadRules> } | undefined
  return (secret) => {
    if (kept?.secret !== secret) kept = { secret, signer: createSigner({ ...settings, secret }) }
    return kept.signer
  }
}

/** @returns `''`, `/parts` …, or `undefined` when the request is for something else. */
function pathBelow(basePath: string, path: string): string | undefined {
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return undefined
  return path.slice(basePath.length).replace(/\/$/, '')
}

function notFound(basePath: string) {
  const error = new UploadError('NOT_FOUND', `there is nothing here, the signer is at ${basePath}`)
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { status: error.status, headers, body: JSON.stringify(error) }
}
