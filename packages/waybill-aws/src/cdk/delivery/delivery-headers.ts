/**
 * Response headers of delivered objects.
 *
 * The uploader of a file is not trusted: the file must neither run nor be taken for another type,
 * wherever its address is opened.
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
 * Whether a browser downloads (`attachment`) or shows (`inline`) an object that is opened by its
 * address. Pages can show images and films with both.
 */
export type ContentDisposition = 'attachment' | 'inline'

/**
 * An object that is opened as a document has no origin, no scripts and no forms. Browsers still
 * show images and films.
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
 * Headers that are removed. S3 sends the metadata of an object. The waybill in it is sealed, but it
 * belongs to its uploader.
 */
const WITHHELD = ['x-amz-meta-waybill', 'x-amz-version-id', 'x-amz-server-side-encryption']

/**
 * Makes the response headers policy.
 *
 * @param allowedOrigins - Origins whose scripts may read the bytes; `<img>` and `<video>` need
 *   none.
 * @param isLinked - Whether links say the disposition. Then S3 sends it, and `disposition` is for
 *   responses without one.
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
        // A presigned PUT may have a disposition that is not signed: ours replaces it.
        { header: 'Content-Disposition', value: disposition, override: !isLinked },
        // Pages that isolate themselves (COEP) may embed the objects, too.
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
