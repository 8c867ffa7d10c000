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
const CLOUDFRONTS = Duration.seconds(60)

/**
 * Checks a timeout.
 *
 * @param name - Name of the prop, for the error.
 * @returns The given duration, or half a minute.
 * @throws {Error} When Lambda, or CloudFront before it, would not wait so long.
 */
export function functionTimeout(
  name: string,
  given: Duration = USUAL,
  { behindCloudFront = false }: { readonly behindCloudFront?: boolean | undefined } = {},
): Duration {
  const [seconds, most] = [given, behindCloudFront ? CLOUDFRONTS : LAMBDAS].map((each) =>
    each.toSeconds(),
  ) as [number, number]
  if (seconds < 1 || seconds > most) {
    const front = behindCloudFront ? ' behind CloudFront' : ''
    throw new Error(`${name} is ${seconds} s, expected 1 to ${most} s${front}`)
  }
  return given
}
