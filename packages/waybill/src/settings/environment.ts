/**
 * Reads single settings from environment variables, and the bucket that they name.
 *
 * @module
 */

import type { BucketLocation } from 'waybill-s3'

/** Environment variables by name, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** @throws {TypeError} If the setting is missing or empty. */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value) return value
  throw new TypeError(`${name} is not set: add it to the environment`)
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

export function commaSeparated(environment: Environment, name: string): string[] {
  return (environment[name] ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** @throws {TypeError} If the setting is not a whole number of seconds. */
export function wholeSeconds(environment: Environment, name: string): number | undefined {
  const given = environment[name]
  if (!given) return undefined
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
  throw new TypeError(`${name} is '${given}', expected a whole number of seconds, at least 1`)
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
