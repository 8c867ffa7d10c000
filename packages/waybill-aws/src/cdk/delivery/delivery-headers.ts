/**
 * Response headers of delivered objects.
 *
 * Uploaders are not trusted: a file must neither run nor be taken for another type, wherever its
 * URL is opened.
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
 * Whether a browser downloads (`attachment`) or shows (`inline`) an object opened by its URL. Pages
 * can embed images and videos either way.
 */
export type ContentDisposition = 'attachment' | 'inline'

/**
 * An object opened as a document gets no origin, scripts or forms. Browsers still show images and
 * videos.
 */
const POLICY = [
  "default-src 'none'",
  "img-src 'self'",
  "media-src 'self'",
  "style-src 'unsafe-inline'",
  "frame-ancestors 'none'",
  'sandbox',
]

/**
 * Headers that are removed. S3 sends an object's metadata, which includes the waybill: it is
 * sealed, but belongs to the uploader.
 */
const WITHHELD = ['x-amz-meta-waybill', 'x-amz-version-id', 'x-amz-server-side-encryption']

/**
 * Creates the response headers policy.
 *
 * @param allowedOrigins - Origins whose scripts may read the bytes; `<img>` and `<video>` need
 *   none.
 * @param isLinked - Whether links specify the disposition. S3 then sends it, and `disposition` is
 *   for responses without one.
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
        // A presigned PUT may set an unsigned disposition: ours replaces it.
        { header: 'Content-Disposition', value: disposition, override: !isLinked },
        // Pages that isolate themselves (COEP) may embed the objects too.
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
