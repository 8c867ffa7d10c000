/**
 * Settings from the environment, each with its name in the error. Nothing reads `process.env` but the handlers'
 * default.
 *
 * @module
 */

import type { BucketLocation, Credentials } from '../s3/index.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** @throws {TypeError} When it is not set. */
export function required(environment: Environment, name: string): string {
  const value = environment[name]
  if (value) return value
  throw new TypeError(`${name} is not set: the function's environment must have it`)
}

/** @throws {TypeError} When it is not set, or to something else. */
export function choice<const Choice extends string>(
  environment: Environment,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  if (environment[name]) return oneOf(environment, name, choices)
  throw new TypeError(`${name} is not set, expected ${choices.join(' or ')}`)
}

/** @throws {TypeError} When it is set to something else. Where it is not set, the first is meant. */
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

/** A comma-separated list. */
export function listOf(environment: Environment, name: string): string[] {
  return (environment[name] ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/**
 * The role's credentials, which Lambda puts into the environment of each execution environment and never changes there.
 *
 * @throws {TypeError} When they are not there.
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

/** The function's own region, where the services beside S3 are asked; the bucket may be in another. */
export function ownRegion(environment: Environment): string {
  return environment.AWS_REGION || bucketFrom(environment).region
}

/** Where the bucket is. `WAYBILL_ENDPOINT` is for Transfer Acceleration, S3-compatible stores and tests. */
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
