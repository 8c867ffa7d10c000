/**
 * Response headers for delivered objects. Uploaders are not trusted, so browsers must neither run a
 * file nor guess another type for it.
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
import { globalName } from '../regions/global-name.ts'

/**
 * Whether browsers download (`attachment`) or display (`inline`) an object when its URL is opened.
 * Pages can embed images and videos either way.
 */
export type ContentDisposition = 'attachment' | 'inline'

/**
 * Applies to objects that are opened as documents. They have no origin and cannot run scripts or
 * submit forms, but browsers still display images and videos.
 */
const POLICY = [
  "default-src 'none'",
  "img-src 'self'",
  "media-src 'self'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'none'",
  'sandbox',
]

/** Headers that CloudFront removes. The waybill is sealed, but only the uploader should have it. */
const WITHHELD = ['x-amz-meta-waybill', 'x-amz-version-id', 'x-amz-server-side-encryption']

/**
 * @param allowedOrigins - Origins whose scripts can read the data. `<img>` and `<video>` work on
 *   any page.
 * @param isLinked - Whether links specify the disposition. If so, S3 sends it, and `disposition`
 *   applies only to responses without one.
 */
export function deliveryHeaders(
  scope: Construct,
  disposition: ContentDisposition,
  allowedOrigins: readonly string[],
  isLinked: boolean,
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
        // A presigned PUT can set an unsigned disposition, so this header replaces it.
        { header: 'Content-Disposition', value: disposition, override: !isLinked },
        // Lets pages with a `Cross-Origin-Embedder-Policy` embed the objects too.
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
