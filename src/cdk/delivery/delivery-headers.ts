/**
 * What a browser is told of a delivered object: a stranger's file, which must neither run nor be taken for something
 * else than it says, wherever its address is opened.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'
import { globalName } from '../global-name.ts'

/** `attachment` downloads what is navigated to; images and films in a page show either way. */
export type ContentDisposition = 'attachment' | 'inline'

/** Opened as a document an object has no origin, no scripts, no forms: a browser's own page for an image or a film. */
const POLICY = [
  "default-src 'none'",
  "img-src 'self'",
  "media-src 'self'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'none'",
  'sandbox',
]

/**
 * S3 sends an object's metadata along. The waybill is sealed, but whoever presents it may call the signer with it:
 * it is its uploader's.
 */
const WITHHELD = ['x-amz-meta-waybill', 'x-amz-version-id', 'x-amz-server-side-encryption']

/** @param allowedOrigins - Whose scripts may read the bytes; none need be named for `<img>` and `<video>`. */
export function deliveryHeaders(
  scope: Construct,
  disposition: ContentDisposition,
  allowedOrigins: readonly string[],
): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, 'Headers', {
    responseHeadersPolicyName: globalName(scope, 'Headers', 128),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: POLICY.join('; '), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
    },
    customHeadersBehavior: {
      customHeaders: [
        // A presigned PUT may carry a disposition that nobody signed: ours replaces it.
        { header: 'Content-Disposition', value: disposition, override: true },
        // Pages that isolate themselves (COEP) may embed what they have the address of.
        { header: 'Cross-Origin-Resource-Policy', value: 'cross-origin', override: true },
      ],
    },
    removeHeaders: WITHHELD,
    ...(allowedOrigins.length > 0 ? { corsBehavior: cors(allowedOrigins) } : {}),
  })
}

function cors(allowedOrigins: readonly string[]) {
  return {
    accessControlAllowOrigins: [...allowedOrigins],
    accessControlAllowMethods: ['GET', 'HEAD'],
    accessControlAllowHeaders: ['Range'],
    accessControlExposeHeaders: ['Content-Range', 'ETag'],
    accessControlAllowCredentials: false,
    originOverride: true,
  }
}
