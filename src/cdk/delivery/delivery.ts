/**
 * Verified objects for everybody who has their address, or a signature of yours, through CloudFront. The bucket stays
 * private: its policy lets this one distribution read, and only what arrival has verified.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 * @module
 */

import { Annotations, Aws, Duration } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  type IKeyGroup,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { acknowledge } from '../acknowledged.ts'
import { checkOrigins } from '../bucket/allowed-origins.ts'
import { VERDICT_TAG, VERIFIED } from '../bucket/bucket-access.ts'
import { globalName } from '../global-name.ts'
import { acknowledgeMissingLogs, cloudFrontLogs, requireCloudFront } from '../regions.ts'
import { type CustomerDomainProps, customerDomain } from '../signer-function/customer-domain.ts'
import { checkPrefix } from '../signer-function/declared-rule.ts'
import { type ContentDisposition, deliveryHeaders } from './delivery-headers.ts'

/** Of a `Delivery`. */
export interface DeliveryProps extends CustomerDomainProps {
  /** `WaybillUploads.bucket`. Its policy must be this app's to write. */
  readonly bucket: IBucket
  /**
   * The KMS key of the bucket, where CDK does not know it: of one imported by its name.
   * @default - the bucket's own
   */
  readonly encryptionKey?: IKey
  /**
   * Who may read: `everybody` who has an object's address, or bearers of URLs and cookies that a key of these groups
   * has signed.
   */
  readonly viewers: 'everybody' | readonly IKeyGroup[]
  /**
   * Which objects; the distribution reaches no others.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /**
   * Whether an object that is navigated to is downloaded or shown. What an object itself says is replaced.
   * @default 'attachment'
   */
  readonly contentDisposition?: ContentDisposition
  /**
   * Origins whose scripts may read the bytes, exact. `<img>` and `<video>` need none.
   * @default - none
   */
  readonly allowedOrigins?: readonly string[]
  /**
   * Where CloudFront writes access logs; the bucket must take ACLs.
   * @default - none are written
   */
  readonly accessLogs?: IBucket
  /**
   * ARN of a web ACL (AWS WAF, of the scope CLOUDFRONT).
   * @default - none
   */
  readonly webAclId?: string
}

const CLOUDFRONT = new ServicePrincipal('cloudfront.amazonaws.com')

/** A CloudFront distribution that hands out the verified objects of a bucket, and no others. */
export class Delivery extends Construct {
  readonly distribution: Distribution
  /** Followed by an object's key, its address: `https://….cloudfront.net/`. */
  readonly url: string

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id)
    const { prefix = 'uploads/', accessLogs, webAclId } = props
    requireCloudFront(this, 'Delivery')
    checkPrefix(prefix)
    checkOrigins(props.allowedOrigins ?? [])
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Waybill: verified objects',
      defaultBehavior: this.#behavior(props),
      httpVersion: HttpVersion.HTTP2_AND_3,
      // An object that is asked for before its verdict must not stay forbidden for long after it.
      errorResponses: [{ httpStatus: 403, ttl: Duration.seconds(1) }],
      ...customerDomain(props),
      ...cloudFrontLogs(this, accessLogs, 'delivery/'),
      ...(webAclId ? { webAclId } : {}),
    })
    this.url = `https://${props.domainName ?? this.distribution.distributionDomainName}/`
    this.#letReadVerified(props, prefix)
    acknowledgeDelivery(this.distribution, props)
  }

  #behavior(props: DeliveryProps): BehaviorOptions {
    const { viewers, contentDisposition = 'attachment', allowedOrigins = [] } = props
    if (viewers !== 'everybody' && viewers.length === 0) {
      throw new Error("viewers is an empty list, expected key groups or 'everybody'")
    }
    const { originAccessControlId } = new S3OriginAccessControl(this, 'AccessControl', {
      originAccessControlName: globalName(this, 'S3', 64),
    })
    return {
      // `withOriginAccessControl` would also let the distribution read every object of the bucket.
      origin: S3BucketOrigin.withBucketDefaults(props.bucket, { originAccessControlId }),
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: dayLongCache(this),
      responseHeadersPolicy: deliveryHeaders(this, contentDisposition, allowedOrigins),
      ...(viewers === 'everybody' ? {} : { trustedKeyGroups: [...viewers] }),
    }
  }

  #letReadVerified(
    { bucket, encryptionKey = bucket.encryptionKey }: DeliveryProps,
    prefix: string,
  ): void {
    const added = [bucket.addToResourcePolicy(this.#readVerified(bucket, prefix))]
    if (encryptionKey) added.push(encryptionKey.addToResourcePolicy(decryptForCloudFront()))
    if (added.every(({ statementAdded }) => statementAdded)) return
    Annotations.of(this).addWarningV2(
      'waybill:delivery-not-allowed',
      "The policy of the bucket or of its key is not this app's to write: let cloudfront.amazonaws.com read objects " +
        'with the tag waybill=verified for this distribution yourself (docs/aws.md has the statement).',
    )
  }

  #readVerified(bucket: IBucket, prefix: string): PolicyStatement {
    return new PolicyStatement({
      // Statements of one policy have names of their own, and a bucket may have two distributions.
      sid: `DeliverVerified${this.node.addr.slice(-8)}`,
      principals: [CLOUDFRONT],
      actions: ['s3:GetObject'],
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

/** As AWS's CachingOptimized, but that it never keeps an object for longer than a day: some uploads set their own age. */
function dayLongCache(scope: Construct): CachePolicy {
  return new CachePolicy(scope, 'Cache', {
    cachePolicyName: globalName(scope, 'Cache', 128),
    minTtl: Duration.seconds(1),
    defaultTtl: Duration.days(1),
    maxTtl: Duration.days(1),
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
  })
}

/** The key's policy cannot name the distribution, which needs the bucket, which needs the key. */
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
  acknowledge(distribution, 'CFR1', 'Who may read is said by `viewers`, not by country.')
  if (!props.webAclId) {
    acknowledge(
      distribution,
      'CFR2',
      'It hands out objects by GET and HEAD: no code stands behind it that a request could attack. `webAclId` is there for limits on rates.',
    )
  }
  if (!props.certificate) {
    acknowledge(
      distribution,
      'CFR4',
      "Without a domain of one's own CloudFront's certificate comes with its own, fixed TLS policy; `domainName` and `certificate` set TLS 1.2.",
    )
  }
}
