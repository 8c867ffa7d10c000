/**
 * Reads settings from the environment. An error names the setting. Only the handlers read
 * `process.env`, as their default.
 *
 * @module
 */

import type { BucketLocation, Credentials } from 'waybill-s3'
import type { MetricsPlace } from './log/embedded-metrics.ts'

/** Settings by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a required setting.
 *
 * @throws {TypeError} When it is not set.
 */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value) return value
  throw new TypeError(`${name} is not set: the function's environment must have it`)
}

/**
 * Reads a required setting that has one of the given values.
 *
 * @throws {TypeError} When it is not set, or has another value.
 */
export function choice<const Choice extends string>(
  environment: Environment,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (environment[name]) return oneOf(environment, name, choices)
  throw new TypeError(`${name} is not set, expected ${choices.join(' or ')}`)
}

/**
 * Reads a setting that has one of the given values; the first is the default.
 *
 * @throws {TypeError} When it has another value.
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

/** Reads which metrics the function writes into its log. */
export function metricsFrom(environment: Environment): MetricsPlace {
  return {
    bucket: required(environment, 'WAYBILL_BUCKET'),
    level: oneOf(environment, 'WAYBILL_METRICS', ['all', 'alarms']),
  }
}

/** Reads a comma-separated list. */
export function commaSeparated(environment: Environment, name: string): string[] {
  return (environment[name] ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/**
 * Reads the credentials of the function's role. Lambda sets them for each execution environment and
 * never changes them there.
 *
 * @throws {TypeError} When they are not set.
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

/**
 * Returns the region of the function, whose services beside S3 are called. The bucket may be in
 * another region.
 */
export function ownRegion(environment: Environment): string {
  return environment.AWS_REGION || bucketFrom(environment).region
}

/**
 * Reads where the bucket is. `WAYBILL_ENDPOINT` is for Transfer Acceleration, S3-compatible stores
 * and tests.
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
