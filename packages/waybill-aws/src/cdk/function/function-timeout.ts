/**
 * How long a call to a function may take, as a prop.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'

/**
 * Time for S3 to complete an upload of thousands of parts. The code ends within the time that is
 * left.
 */
const USUAL = Duration.seconds(30)
/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDAS = Duration.minutes(15)
/**
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const CLOUDFRONTS = Duration.seconds(120)
/**
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const HTTP_APIS = Duration.seconds(30)

/** The front of a function, which limits how long a caller waits. */
export interface WaitingFront {
  readonly behindCloudFront?: boolean
  /** @default true */
  readonly functionUrl?: boolean
}

/**
 * Checks a timeout.
 *
 * @param name - Name of the prop, for the error.
 * @returns The given duration, or half a minute.
 * @throws {Error} When Lambda, or the front before it, would not wait so long.
 */
export function functionTimeout(
  name: string,
  given: Duration = USUAL,
  front: WaitingFront = {},
): Duration {
  const { most, where } = longest(front)
  const seconds = given.toSeconds()
  if (seconds >= 1 && seconds <= most.toSeconds()) return given
  throw new Error(`${name} is ${seconds} s, expected 1 to ${most.toSeconds()} s${where}`)
}

function longest({ behindCloudFront = false, functionUrl = true }: WaitingFront) {
  if (behindCloudFront) return { most: CLOUDFRONTS, where: ' behind CloudFront' }
  if (!functionUrl) return { most: HTTP_APIS, where: ' behind an HTTP API' }
  return { most: LAMBDAS, where: '' }
}
