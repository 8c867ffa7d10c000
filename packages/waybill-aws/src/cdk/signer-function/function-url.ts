/**
 * The signer's Function URL: who may call it, and who sets CORS.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import { FunctionUrlAuthType, type FunctionUrlOptions, HttpMethod } from 'aws-cdk-lib/aws-lambda'
import type { SignerAuth } from './signer-auth.ts'
import type { SignerFunctionProps } from './signer-function-props.ts'

/** Headers of a page's request that IAM allows. */
export const SIGNED_HEADERS = [
  'authorization',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]

/** How long browsers may cache the response to a preflight. */
const PREFLIGHT = Duration.hours(1)

/**
 * Creates the options of the Function URL.
 *
 * CORS is set in one place: by the handler, which knows every front. Only if IAM protects the URL
 * must the URL set it, because a preflight has no signature and never reaches the handler.
 * CloudFront signs preflights too.
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
