/**
 * Options of the signer's Function URL: who can call it, and whether it sets the CORS headers.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import { FunctionUrlAuthType, type FunctionUrlOptions, HttpMethod } from 'aws-cdk-lib/aws-lambda'
import type { SignerAuth } from './signer-auth.ts'
import type { SignerFunctionProps } from './signer-function-props.ts'

/** Request headers that pages can send if IAM protects the calls. */
export const SIGNED_HEADERS = [
  'authorization',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]

/** How long browsers can cache the response to a preflight. */
const PREFLIGHT = Duration.hours(1)

/**
 * Creates the options of the Function URL.
 *
 * Usually the handler sets the CORS headers, because it works behind every front. If IAM protects
 * the URL, the URL itself must set them: a preflight has no signature, so IAM rejects it before it
 * reaches the handler. Behind CloudFront this is not necessary, because CloudFront signs preflights
 * too.
 */
export function urlOptions(
  { allowedOrigins, behindCloudFront }: SignerFunctionProps,
  auth: SignerAuth,
): FunctionUrlOptions {
  if (behindCloudFront) return { authType: FunctionUrlAuthType.AWS_IAM }
  if (auth.type !== 'iam') return { authType: FunctionUrlAuthType.NONE }
  const cors = {
    allowedOrigins: [...allowedOrigins],
    allowedMethods: [HttpMethod.GET, HttpMethod.POST],
    allowedHeaders: SIGNED_HEADERS,
    maxAge: PREFLIGHT,
  }
  return { authType: FunctionUrlAuthType.AWS_IAM, cors }
}
