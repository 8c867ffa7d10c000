import { Duration } from 'aws-cdk-lib'

/**
 * If S3 takes longer, for example to complete an upload of thousands of parts, the signer responds
 * just before the limit and the client retries.
 */
const USUAL = Duration.seconds(30)
/**
 * Lambda's maximum.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LAMBDAS = Duration.minutes(15)
/**
 * CloudFront's maximum for a response from the origin.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const CLOUDFRONTS = Duration.seconds(120)
/**
 * An HTTP API's maximum for a response from its integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const HTTP_APIS = Duration.seconds(30)

/** The front limits how long callers can wait. */
export interface WaitingFront {
  readonly behindCloudFront?: boolean
  /** @default true */
  readonly functionUrl?: boolean
}

/**
 * @param name - The prop's name, for the error message.
 * @throws {Error} If the duration is less than a second, or longer than Lambda or the front allows.
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
