/**
 * Reads settings from the environment. Error messages name the setting. Only the handlers access
 * `process.env`, as the default environment.
 *
 * @module
 */

import type { BucketLocation, Credentials } from 'waybill-s3'
import type { MetricsPlace } from './log/embedded-metrics.ts'

/** Settings by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a required setting.
 *
 * @throws {TypeError} If it is not set.
 */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value) return value
  throw new TypeError(`${name} is not set: add it to the function's environment`)
}

/**
 * Reads a required setting with a fixed set of values.
 *
 * @throws {TypeError} If it is not set or has another value.
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
 * Reads a setting with a fixed set of values; the first is the default.
 *
 * @throws {TypeError} If it has another value.
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

/** Reads which metrics the function writes to its log. */
export function metricsFrom(environment: Environment): MetricsPlace {
  return {
    bucket: required(environment, 'WAYBILL_BUCKET'),
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
 * Reads the credentials of the function's role. Lambda sets them for each execution environment and
 * never changes them there.
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

/**
 * Returns the function's region, used for services other than S3. The bucket can be in another
 * region.
 */
export function ownRegion(environment: Environment): string {
  return environment.AWS_REGION || bucketFrom(environment).region
}

/**
 * Reads the bucket's location. `WAYBILL_ENDPOINT` is for Transfer Acceleration, S3-compatible
 * stores and tests.
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
