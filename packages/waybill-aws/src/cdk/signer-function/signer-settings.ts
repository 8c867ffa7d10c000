import type { Construct } from 'constructs'
import { DEFAULT_EXPIRES_IN_SECONDS } from 'waybill/internal/protocol'
import { originsSetting } from '../bucket/allowed-origins.ts'
import { resumableFor } from '../bucket/lifetimes.ts'
import { endpointSettings } from '../network/endpoints.ts'
import { rulesSetting } from './declared-rule.ts'
import { objectDefaultsSetting } from './object-defaults.ts'
import { authSettings, type SignerAuth } from './signer-auth.ts'
import type { SignerFunctionProps } from './signer-function-props.ts'

/**
 * `SignerFront` copies the viewer's `Authorization` to this header, because CloudFront replaces the
 * original with its own signature.
 */
export const VIEWER_AUTHORIZATION = 'x-viewer-authorization'

/** @throws {Error} If a prop is invalid, or if props exclude each other. */
export function signerSettings(
  scope: Construct,
  props: SignerFunctionProps,
  prefix: string,
  auth: SignerAuth,
): Record<string, string> {
  if (!props.rules === !props.code) {
    throw new Error(
      'expected rules (for the prebuilt signer) or code (with its own rules), but not both',
    )
  }
  if (props.behindCloudFront && auth.type === 'iam') {
    throw new Error("behindCloudFront and auth 'iam' exclude each other: the caller is CloudFront")
  }
  return {
    WAYBILL_VERIFIED_ONLY: 'on',
    ...props.environment,
    WAYBILL_BUCKET: props.bucket.bucketName,
    WAYBILL_SECRET_ARN: props.secret.secretArn,
    WAYBILL_ALLOWED_ORIGINS: originsSetting(props.allowedOrigins),
    WAYBILL_PREFIX: prefix,
    WAYBILL_EXPIRES_IN_SECONDS: String(resumableFor(props.resumableFor).toSeconds()),
    WAYBILL_PENDING_TAG: (props.pendingTag ?? true) ? 'on' : 'off',
    WAYBILL_METRICS: props.metrics ?? 'all',
    WAYBILL_CORS: auth.type === 'iam' ? 'url' : 'handler',
    ...signatureAgeSetting(props),
    ...(props.rules ? { WAYBILL_RULES: rulesSetting(props.rules) } : {}),
    ...objectDefaultsSetting(props),
    ...endpointSettings(scope, props),
    ...(props.behindCloudFront ? { WAYBILL_AUTHORIZATION_HEADER: VIEWER_AUTHORIZATION } : {}),
    ...authSettings(auth),
  }
}

/**
 * The signer checks its rules against this setting again at its first start, because rules in code
 * and in template parameters are unknown at synthesis.
 */
function signatureAgeSetting({
  rules = {},
  maxSignatureAge,
}: SignerFunctionProps): Record<string, string> {
  if (!maxSignatureAge) return {}
  const most = maxSignatureAge.toSeconds()
  for (const [name, { expiresIn }] of Object.entries(rules)) {
    const seconds = expiresIn?.toSeconds() ?? DEFAULT_EXPIRES_IN_SECONDS
    if (seconds <= most) continue
    throw new Error(
      `rules.${name}.expiresIn is ${seconds} s, but maxSignatureAge allows only ${most} s`,
    )
  }
  return { WAYBILL_MAX_SIGNATURE_AGE: String(most) }
}
