/**
 * What Lambda tells a function: the credentials of its role, its remaining time, and where its
 * metrics belong.
 *
 * @module
 */

import { type Environment, oneOf, required } from 'waybill/internal/settings'
import type { TimeLimit } from 'waybill/signer'
import type { Credentials } from 'waybill-s3'
import type { MetricsPlace } from './metrics.ts'

/**
 * Reads the credentials of the function's role. Lambda sets them once for each execution
 * environment.
 *
 * @throws {TypeError} If they are not set.
 */
export function credentialsFrom(environment: Environment): Credentials {
  const sessionToken = environment.AWS_SESSION_TOKEN
  const expiration = new Date(environment.AWS_CREDENTIAL_EXPIRATION ?? Number.NaN)
  return {
    accessKeyId: required(environment, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(environment, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
    ...(Number.isNaN(expiration.getTime()) ? {} : { expiration }),
  }
}

export function metricsFrom(environment: Environment): MetricsPlace {
  return {
    bucket: required(environment, 'WAYBILL_BUCKET'),
    prefix: environment.WAYBILL_PREFIX ?? '',
    level: oneOf(environment, 'WAYBILL_METRICS', ['all', 'alarms']),
  }
}

/** The properties of Lambda's context object that the handlers use. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number
  /** The request's id, which also appears in the function's log. */
  readonly awsRequestId?: string
}

/** Time reserved for sending the response. */
const MARGIN_MS = 500

/** Returns no limit if there is no context, as in tests and outside Lambda. */
export function remainingTime(context: LambdaContext | undefined): TimeLimit {
  if (typeof context?.getRemainingTimeInMillis !== 'function') return {}
  return { remainingTimeMs: () => context.getRemainingTimeInMillis() - MARGIN_MS }
}
