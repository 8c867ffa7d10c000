import type { TimeLimit } from 'waybill/signer'
import type { BucketLocation, Credentials } from 'waybill-s3'
import type { MetricsPlace } from './metrics.ts'

/** Environment variables by name, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** @throws {TypeError} If the setting is missing or empty. */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value) return value
  throw new TypeError(`${name} is not set: add it to the function's environment`)
}

/** @throws {TypeError} If the setting is missing or not one of `choices`. */
export function choice<const Choice extends string>(
  environment: Environment,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (environment[name]) return oneOf(environment, name, choices)
  throw new TypeError(`${name} is not set, expected ${choices.join(' or ')}`)
}

/**
 * Reads a setting whose default is the first of `choices`.
 *
 * @throws {TypeError} If the value is not one of `choices`.
 */
export function oneOf<const Choice extends string>(
  environment: Environment,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = environment[name] || choices[0]
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw new TypeError(`${name} is '${value}', expected ${choices.join(' or ')}`)
  return found
}

export function metricsFrom(environment: Environment): MetricsPlace {
  return {
    bucket: required(environment, 'WAYBILL_BUCKET'),
    prefix: environment.WAYBILL_PREFIX ?? '',
    level: oneOf(environment, 'WAYBILL_METRICS', ['all', 'alarms']),
  }
}

export function commaSeparated(environment: Environment, name: string): string[] {
  return (environment[name] ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

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

/** Returns the region in which to call services other than S3. The bucket can be in another one. */
export function ownRegion(environment: Environment): string {
  return environment.AWS_REGION || bucketFrom(environment).region
}

/**
 * `WAYBILL_ENDPOINT` is for S3-compatible stores, tests, and S3 endpoints other than the default:
 * Transfer Acceleration, dual-stack and FIPS.
 */
export function bucketFrom(environment: Environment): BucketLocation {
  const region = environment.WAYBILL_REGION || environment.AWS_REGION
  const endpoint = environment.WAYBILL_ENDPOINT
  const addressing = oneOf(environment, 'WAYBILL_ADDRESSING', ['default', 'virtual', 'path'])
  return {
    bucket: required(environment, 'WAYBILL_BUCKET'),
    region: region || required(environment, 'AWS_REGION'),
    ...(endpoint ? { endpoint } : {}),
    ...(addressing === 'default' ? {} : { addressing }),
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
