/**
 * The demo page behind CloudFront, with a private bucket and an origin access control. The page's
 * configuration is deployed with it, so you don't have to edit any file.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Annotations, Aws, Duration, Fn, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib'
import {
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, type ISource, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { Construct } from 'constructs'
import type { DeclaredRule, WaybillUploads } from 'waybill-aws/cdk'

const BUILT_PAGE = fileURLToPath(new URL('../packages/waybill/dist/demo', import.meta.url))
/** The signer's URL in the built page. It is replaced by the URL of the deployed signer. */
const LOCAL_SIGNER = '/api/uploads'
const SCRIPTS = ['page.js', 'simple.js']

/** Options of `DemoSite`. */
export interface DemoSiteProps {
  /**
   * Whether to delete logs with the stack. The page's bucket is always deleted, because the page
   * can be deployed again.
   */
  readonly destroyWithStack: boolean
  /**
   * Whether the page uploads through Transfer Acceleration.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * The directory with the built page.
   * @default - packages/waybill/dist/demo
   */
  readonly pageDirectory?: string
}

/** The demo page behind CloudFront. */
export class DemoSite extends Construct {
  /** The page's origin: `https://….cloudfront.net`. */
  readonly origin: string
  /** The bucket for the access logs of all the stack's buckets. */
  readonly logs: IBucket
  readonly distribution: Distribution
  /** Whether CloudFront writes access logs. It cannot write them to buckets in opt-in regions. */
  readonly logged: boolean
  readonly #bucket: IBucket
  readonly #page: string
  readonly #removalPolicy: RemovalPolicy
  #assetsBucketArn = ''

  constructor(scope: Construct, id: string, props: DemoSiteProps) {
    super(scope, id)
    const { destroyWithStack } = props
    this.#page = props.pageDirectory ?? BUILT_PAGE
    this.#removalPolicy = destroyWithStack
      ? RemovalPolicy.DESTROY
      : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    this.logs = privateBucket(this, 'Logs', destroyWithStack, {
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ id: 'expire-logs', expiration: Duration.days(90) }],
    })
    this.#bucket = privateBucket(this, 'Page', true, {
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 'page/',
    })
    this.logged = takesCloudFrontLogs(this)
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Waybill demo page',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket, {
          originAccessControl: accessControl(this),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: pageHeaders(this, props.transferAcceleration ?? false),
      },
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(this.logged ? { logBucket: this.logs, logFilePrefix: 'distribution/' } : {}),
    })
    this.origin = `https://${this.distribution.distributionDomainName}`
  }

  get pageBucketArn(): string {
    return this.#bucket.bucketArn
  }

  /** The ARN of CDK's bucket for assets. Only known after `deployPage`. */
  get assetsBucketArn(): string {
    return this.#assetsBucketArn
  }

  /**
   * Deploys the page with its signer's URL. Files under `/api/` take the place of the responses that
   * `waybill dev` gives.
   */
  deployPage(uploads: WaybillUploads, rules: Readonly<Record<string, DeclaredRule>>): void {
    const destination = {
      bucket: uploads.bucket.bucketName,
      rules: Object.entries(rules).map(([name, { types, maxSize }]) => ({
        name,
        types,
        maxSize: maxSize.toBytes(),
      })),
    }
    // Remove the trailing slash, because the paths that are appended begin with one.
    const signer = `https://${Fn.select(2, Fn.split('/', uploads.signerUrl))}`
    new BucketDeployment(this, 'Deployment', {
      destinationBucket: this.#bucket,
      // CloudFront checks each request with the bucket, so a deployment is visible immediately,
      // without an invalidation.
      cacheControl: [CacheControl.noCache()],
      memoryLimit: 256,
      logGroup: new LogGroup(this, 'DeploymentLog', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: this.#removalPolicy,
      }),
      sources: [
        this.#notingItsBucket(Source.asset(this.#page, { exclude: SCRIPTS })),
        ...SCRIPTS.map((name) =>
          Source.data(
            name,
            readFileSync(`${this.#page}/${name}`, 'utf8').replaceAll(LOCAL_SIGNER, signer),
          ),
        ),
        Source.jsonData('api/destination', destination),
        // Objects cannot be listed, so the page only shows those that it has sent.
        Source.jsonData('api/objects', { objects: [], count: 0, size: 0 }),
      ],
    })
  }

  #notingItsBucket(source: ISource): ISource {
    return {
      bind: (scope, context) => {
        const config = source.bind(scope, context)
        this.#assetsBucketArn = config.bucket.bucketArn
        return config
      },
    }
  }
}

function takesCloudFrontLogs(scope: Construct): boolean {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region) || !RegionInfo.get(region).isOptInRegion) return true
  Annotations.of(scope).addWarningV2(
    'waybill-demo:no-cloudfront-logs',
    `CloudFront cannot write access logs into a bucket in ${region}, an opt-in region: the page has no access logs.`,
  )
  return false
}

function privateBucket(
  scope: Construct,
  id: string,
  destroyWithStack: boolean,
  props: ConstructorParameters<typeof Bucket>[2] = {},
): IBucket {
  const bucket = new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: destroyWithStack
      ? RemovalPolicy.DESTROY
      : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    autoDeleteObjects: destroyWithStack,
    ...props,
  })
  // A `Bucket` is an `IBucket`. TypeScript only disagrees because of exactOptionalPropertyTypes,
  // which CDK does not use.
  return bucket as IBucket
}

function accessControl(scope: Construct): S3OriginAccessControl {
  return new S3OriginAccessControl(scope, 'AccessControl', {
    originAccessControlName: `${Names.uniqueResourceName(scope, { maxLength: 40 })}-${Stack.of(scope).region}`,
  })
}

/**
 * Creates the same headers as `waybill dev`, but with wildcards for the bucket and the signer,
 * because using their names would create a circular reference.
 */
function pageHeaders(scope: Construct, accelerated: boolean): ResponseHeadersPolicy {
  const regional = `https://*.s3.${Aws.REGION}.${Aws.URL_SUFFIX}`
  const storage = accelerated ? `${regional} https://*.s3-accelerate.${Aws.URL_SUFFIX}` : regional
  const signer = `https://*.lambda-url.${Aws.REGION}.on.aws`
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    `connect-src 'self' ${storage} ${signer}`,
    `img-src 'self' ${storage} blob:`,
    `media-src ${storage} blob:`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return new ResponseHeadersPolicy(scope, 'Headers', {
    // These names must be unique in an account. Without the region, a stack in a second region
    // would fail.
    responseHeadersPolicyName: `${Names.uniqueResourceName(scope, { maxLength: 100 })}-${Stack.of(scope).region}`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: policy.join('; '), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
    },
  })
}
