/**
 * Delivers verified objects through CloudFront. The bucket stays private: its policy allows this
 * distribution to read verified objects, and nothing else.
 *
 * Uploaders are not trusted, so the response headers keep browsers from running a file and from
 * guessing another type for it.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 *
 * @module
 */

import { Annotations, Aws, Duration } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type IKeyGroup,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { checkOrigins } from '../bucket/allowed-origins.ts'
import { VERDICT_TAG, VERIFIED } from '../bucket/bucket-access.ts'
import { acknowledge } from '../cdk-nag/acknowledge.ts'
import { type CustomDomainProps, customDomain } from '../front/custom-domain.ts'
import { acknowledgeMissingLogs, cloudFrontLogs, globalName, requireFeature } from '../regions.ts'
import { checkPrefix } from '../signer-function/declared-rule.ts'
import { type DeliveryLinks, LINK_QUERY, type LinkKey, linkKey } from './delivery-links.ts'

/** Props of `Delivery`. */
export interface DeliveryProps extends CustomDomainProps {
  /**
   * The bucket to deliver from: `WaybillUploads.bucket`. If this app cannot change the bucket's
   * policy, the bucket's owner must add a statement (docs/operate/cloudfront.md).
   */
  readonly bucket: IBucket
  /**
   * The bucket's KMS key. Set it if the bucket was imported by name, because CDK then does not know
   * its key.
   * @default - the bucket's `encryptionKey`
   */
  readonly encryptionKey?: IKey
  /**
   * Who can read objects: everyone who has an object's URL (`'everybody'`), or only bearers of a
   * URL or cookie signed with a key from these groups.
   * @default - bearers of `links`
   */
  readonly viewers?: 'everybody' | readonly IKeyGroup[]
  /**
   * Routes the signer's links through this distribution. Each link leads to one version of an
   * object, with the disposition and content type that the signer chose. If the signer chose no
   * disposition, `contentDisposition` applies.
   * @default - links lead to S3
   */
  readonly links?: DeliveryLinks
  /**
   * Prefix of the objects to deliver. The distribution has no access to other objects.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /**
   * Whether browsers download or display an object when its URL is opened. Overrides the object's
   * own disposition, unless `links` is set.
   * @default 'attachment'
   */
  readonly contentDisposition?: ContentDisposition
  /**
   * Exact origins whose scripts can read the data. `<img>` and `<video>` work on any page.
   * @default - none
   */
  readonly allowedOrigins?: readonly string[]
  /**
   * The bucket for CloudFront's access logs. It must accept ACLs.
   * @default - no access logs
   */
  readonly accessLogs?: IBucket
  /**
   * ARN of an AWS WAF web ACL with scope `CLOUDFRONT`.
   * @default - none
   */
  readonly webAclId?: string
}

const CLOUDFRONT = new ServicePrincipal('cloudfront.amazonaws.com')

/**
 * A CloudFront distribution that delivers a bucket's verified objects, and no others.
 *
 * @example
 * ```ts
 * import { CfnOutput } from 'aws-cdk-lib'
 *
 * const delivery = new Delivery(stack, 'Delivery', {
 *   bucket: uploads.bucket,
 *   viewers: 'everybody',
 * })
 * new CfnOutput(stack, 'FilesUrl', { value: delivery.url })
 * ```
 */
export class Delivery extends Construct {
  readonly distribution: Distribution
  /** Base URL of the objects, such as `https://….cloudfront.net/`. Append an object's key. */
  readonly url: string

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id)
    const { prefix = 'uploads/', accessLogs, webAclId } = props
    requireFeature(this, 'cloudFront')
    checkPrefix(prefix)
    checkOrigins(props.allowedOrigins ?? [])
    const { links } = props
    const key = links ? linkKey(this, links) : undefined
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Waybill: verified objects',
      defaultBehavior: this.#behavior(props, key),
      httpVersion: HttpVersion.HTTP2_AND_3,
      // Cache errors only briefly, so that an object that was requested too early becomes available
      // soon after its verdict.
      errorResponses: [{ httpStatus: 403, ttl: Duration.seconds(1) }],
      ...customDomain(props),
      ...cloudFrontLogs(this, accessLogs, 'delivery/'),
      ...(webAclId ? { webAclId } : {}),
    })
    this.url = `https://${props.domainName ?? this.distribution.distributionDomainName}/`
    this.#letReadVerified(props, prefix)
    if (links && key) links.signer.signLinksFor(this.url, key.id, links.privateKey)
    acknowledgeDelivery(this.distribution, props)
  }

  #behavior(props: DeliveryProps, key: LinkKey | undefined): BehaviorOptions {
    const { contentDisposition = 'attachment', allowedOrigins = [] } = props
    const trustedKeyGroups = trustedGroups(props.viewers, key)
    const isLinked = key !== undefined
    const { originAccessControlId } = new S3OriginAccessControl(this, 'AccessControl', {
      originAccessControlName: globalName(this, 'S3', 64),
    })
    return {
      // `withOriginAccessControl` would also allow the distribution to read every object in the
      // bucket.
      origin: S3BucketOrigin.withBucketDefaults(props.bucket, { originAccessControlId }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: dayLongCache(this, isLinked),
      responseHeadersPolicy: deliveryHeaders(this, contentDisposition, allowedOrigins, isLinked),
      ...(trustedKeyGroups ? { trustedKeyGroups } : {}),
    }
  }

  #letReadVerified(
    { bucket, encryptionKey = bucket.encryptionKey, links }: DeliveryProps,
    prefix: string,
  ): void {
    const read = bucket.addToResourcePolicy(this.#readVerified(bucket, prefix, Boolean(links)))
    if (!read.statementAdded) {
      Annotations.of(this).addWarningV2(
        'waybill:delivery-not-allowed',
        "This app cannot change the bucket's policy. There, allow cloudfront.amazonaws.com to read objects with the " +
          'tag waybill=verified for this distribution (docs/operate/cloudfront.md has the statement).',
      )
    }
    if (!encryptionKey || encryptionKey.addToResourcePolicy(decryptForCloudFront()).statementAdded)
      return
    Annotations.of(this).addWarningV2(
      'waybill:delivery-cannot-decrypt',
      "This app cannot change the KMS key's policy. There, allow cloudfront.amazonaws.com to call kms:Decrypt for this " +
        'distribution (docs/operate/cloudfront.md has the statement).',
    )
  }

  #readVerified(bucket: IBucket, prefix: string, versions: boolean): PolicyStatement {
    return new PolicyStatement({
      // Statement ids must be unique within a policy, and a bucket can have two distributions.
      sid: `DeliverVerified${this.node.addr.slice(-8)}`,
      principals: [CLOUDFRONT],
      actions: ['s3:GetObject', ...(versions ? ['s3:GetObjectVersion'] : [])],
      resources: [bucket.arnForObjects(`${prefix}*`)],
      conditions: {
        StringEquals: {
          'aws:SourceArn': this.distribution.distributionArn,
          [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED,
        },
      },
    })
  }
}

/** @returns `undefined` if everyone can read. */
function trustedGroups(
  viewers: DeliveryProps['viewers'],
  key: LinkKey | undefined,
): IKeyGroup[] | undefined {
  if (viewers === 'everybody' && key) {
    throw new Error("viewers is 'everybody', but links is set: these viewers need no links")
  }
  if (viewers === 'everybody') return undefined
  const groups = [...(key ? [key.group] : []), ...(viewers ?? [])]
  if (groups.length > 0) return groups
  throw new Error("viewers has no key group, expected key groups, links, or 'everybody'")
}

/**
 * Like AWS's CachingOptimized policy, but objects are cached for a day at most, even if an upload
 * set a longer `max-age`.
 */
function dayLongCache(scope: Construct, isLinked: boolean): CachePolicy {
  return new CachePolicy(scope, 'Cache', {
    cachePolicyName: globalName(scope, 'Cache', 128),
    minTtl: Duration.seconds(1),
    defaultTtl: Duration.days(1),
    maxTtl: Duration.days(1),
    ...(isLinked ? { queryStringBehavior: LINK_QUERY } : {}),
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
  })
}

/**
 * The key's policy cannot name the distribution, because the distribution depends on the bucket,
 * and the bucket depends on the key.
 */
function decryptForCloudFront(): PolicyStatement {
  return new PolicyStatement({
    sid: 'DeliverVerified',
    principals: [CLOUDFRONT],
    actions: ['kms:Decrypt'],
    resources: ['*'],
    conditions: {
      ArnLike: {
        'aws:SourceArn': `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/*`,
      },
    },
  })
}

function acknowledgeDelivery(distribution: Distribution, props: DeliveryProps): void {
  acknowledgeMissingLogs(distribution, props.accessLogs)
  acknowledge(distribution, 'CFR1', '`viewers` says who may read, not the country.')
  if (!props.webAclId) {
    acknowledge(
      distribution,
      'CFR2',
      'It delivers objects by GET and HEAD: there is no code that a request could attack. `webAclId` can limit rates.',
    )
  }
  if (!props.certificate) {
    acknowledge(
      distribution,
      'CFR4',
      'Without `domainName` and `certificate` CloudFront uses its own certificate with a fixed TLS policy; with them it is TLS 1.2.',
    )
  }
}

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
function deliveryHeaders(
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
