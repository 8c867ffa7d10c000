import { Duration } from 'aws-cdk-lib'
import { FunctionUrlAuthType, type FunctionUrlOptions, HttpMethod } from 'aws-cdk-lib/aws-lambda'
import type { SignerAuth } from './signer-auth.ts'
import type { SignerFunctionProps } from './signer-function-props.ts'

/** The headers of a request that is signed for IAM. */
export const SIGNED_HEADERS = [
  'authorization',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
]

const PREFLIGHT = Duration.hours(1)

/**
 * The handler usually sets the CORS headers, because it works behind every front. If IAM protects
 * the Function URL, the URL must set them instead: preflights have no signature, so IAM rejects
 * them before they reach the handler. Behind CloudFront, the handler sets them, because CloudFront
 * signs preflights too.
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
