import { Annotations, Aspects, CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketNamespace,
  CfnBucket,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import { Construct, type IConstruct } from 'constructs'
import { checkOrigins } from './allowed-origins.ts'
import { denyOldSignatures, denySignatureV2 } from './bucket-access.ts'
import { lifecycleRules } from './lifetimes.ts'

/** Props of `UploadBucket`. */
export interface UploadBucketProps {
  /**
   * Exact origins of the pages that upload, such as `https://app.example.com`. Pass an empty array
   * if only programs upload, not browsers.
   */
  readonly allowedOrigins: readonly string[]
  /**
   * The bucket's name, which must be globally unique. CloudFormation cannot replace a bucket that
   * has a fixed name.
   * @default - CloudFormation chooses one
   */
  readonly bucketName?: string
  /**
   * The namespace in which the bucket's name must be unique. In accounts that require it, use
   * `BucketNamespace.ACCOUNT_REGIONAL` together with `bucketNamePrefix`.
   * @default - the global namespace
   */
  readonly bucketNamespace?: BucketNamespace
  /**
   * Prefix of a name in the account's regional namespace: `my-uploads` becomes
   * `my-uploads-111122223333-eu-west-1-an`.
   * @default - none
   */
  readonly bucketNamePrefix?: string
  /**
   * KMS key that encrypts the objects. The key's policy must allow the roles of the signer and the
   * arrival function to use the key. CDK's default key policy does.
   * @default - SSE-S3
   */
  readonly encryptionKey?: IKey
  /**
   * Maximum age of an upload's signature when S3 receives the request. No rule's `expiresIn` can be
   * longer.
   * @default Duration.hours(1)
   */
  readonly maxSignatureAge?: Duration
  /**
   * How long an upload can be resumed, which is its waybill's lifetime. After this time, incomplete
   * uploads are aborted.
   * @default Duration.days(7)
   */
  readonly resumableFor?: Duration
  /**
   * How long a rejected object is kept for inspection. Its data is permanently deleted one day
   * later.
   * @default Duration.days(7)
   */
  readonly keepRejectedFor?: Duration
  /**
   * How long an object without a verdict is kept, in addition to `resumableFor`. During this time,
   * its event can be redriven from the arrival function's dead-letter queue.
   * @default Duration.days(7)
   */
  readonly keepPendingFor?: Duration
  /**
   * The `claim` durations of all rules that have one. Unclaimed objects are deleted after this
   * time.
   * @default - none: objects are kept
   */
  readonly claims?: readonly Duration[]
  /**
   * How long an overwritten or deleted version is kept.
   * @default Duration.days(30)
   */
  readonly keepNoncurrentFor?: Duration
  /**
   * The bucket for S3's access logs.
   * @default - no access logs
   */
  readonly accessLogs?: IBucket
  /**
   * Whether to enable Transfer Acceleration, for uploaders far from the bucket's region.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * Whether destroying the stack also destroys the bucket and all its objects. Use this only for
   * demos.
   * @default false
   */
  readonly destroyWithStack?: boolean
}

/** S3 response headers that the client reads. Browsers hide all others from scripts. */
const EXPOSED_HEADERS = [
  'ETag',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha256',
  'x-amz-checksum-type',
  'x-amz-request-id',
  'x-amz-version-id',
]

/**
 * A private, versioned bucket to which pages from the given origins can upload. Lifecycle rules
 * delete leftovers.
 *
 * @example
 * ```ts
 * import { Duration } from 'aws-cdk-lib'
 *
 * const { bucket } = new UploadBucket(stack, 'Uploads', {
 *   allowedOrigins: ['https://app.example.com'],
 *   keepNoncurrentFor: Duration.days(7),
 * })
 * ```
 */
export class UploadBucket extends Construct {
  readonly bucket: Bucket
  /** The maximum signature age that the bucket accepts. */
  readonly maxSignatureAge: Duration

  constructor(scope: Construct, id: string, props: UploadBucketProps) {
    super(scope, id)
    checkOrigins(props.allowedOrigins)
    this.maxSignatureAge = props.maxSignatureAge ?? Duration.hours(1)
    const { encryptionKey, accessLogs, destroyWithStack = false } = props
    this.bucket = new Bucket(this, 'Bucket', {
      ...nameOf(props),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      ...(accessLogs
        ? { serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: 'uploads/' }
        : {}),
      transferAcceleration: props.transferAcceleration ?? false,
      cors: corsRules(props.allowedOrigins),
      lifecycleRules: lifecycleRules(props),
      // Keep the bucket if the stack is deleted, but not if creating the stack fails, because each
      // failed attempt would leave a bucket behind.
      removalPolicy: destroyWithStack
        ? RemovalPolicy.DESTROY
        : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      autoDeleteObjects: destroyWithStack,
    })
    const { bucketArn } = this.bucket
    this.bucket.addToResourcePolicy(denySignatureV2(bucketArn))
    this.bucket.addToResourcePolicy(
      denyOldSignatures(this.bucket.arnForObjects('*'), this.maxSignatureAge),
    )
    sendEvents(this.bucket)
  }
}

function nameOf({ bucketName, bucketNamespace, bucketNamePrefix }: UploadBucketProps) {
  return {
    ...(bucketName === undefined ? {} : { bucketName }),
    ...(bucketNamespace === undefined ? {} : { bucketNamespace }),
    ...(bucketNamePrefix === undefined ? {} : { bucketNamePrefix }),
  }
}

/** CloudFormation rejects a CORS rule without origins. */
function corsRules(origins: readonly string[]) {
  if (origins.length === 0) return []
  return [
    {
      allowedOrigins: [...origins],
      allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.POST, HttpMethods.PUT],
      allowedHeaders: ['*'],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: 3000,
    },
  ]
}

/** CDK adds a construct with this id on the first call to `addEventNotification`. */
const NOTIFICATIONS = 'Notifications'

/**
 * Sends the bucket's events to EventBridge.
 *
 * CDK's `eventBridgeEnabled` would add a custom resource with a function to every stack, so this
 * sets the CloudFormation property directly. If an app adds notifications, CDK still adds the
 * custom resource. By default, the custom resource replaces the bucket's notification
 * configuration, which would turn EventBridge off. An aspect prevents this.
 *
 * @see https://github.com/aws/aws-cdk/issues/29653
 */
function sendEvents(bucket: Bucket): void {
  const resource = bucket.node.defaultChild
  if (resource instanceof CfnBucket) {
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } }
  } else {
    Annotations.of(bucket).addError(
      'the bucket has no CloudFormation resource on which to set events',
    )
  }
  Aspects.of(bucket).add({
    visit: (node) => {
      if (node.node.scope === bucket && node.node.id === NOTIFICATIONS) keepOthers(bucket, node)
    },
  })
}

/**
 * Makes CDK's custom resource treat the bucket like an imported one. It then merges its
 * notifications into the existing configuration and removes only its own. Otherwise, removing the
 * app's last notification would remove the whole configuration.
 */
function keepOthers(bucket: Bucket, notifications: IConstruct): void {
  bucket.enableEventBridgeNotification()
  const resource = notifications.node.tryFindChild('Resource')
  const policy = notifications.node.tryFindChild('HandlerPolicy')
  if (!(resource instanceof CfnResource && policy instanceof Policy)) {
    Annotations.of(bucket).addError(
      'this version of aws-cdk-lib writes notifications in a way unknown to waybill, so they might turn ' +
        "EventBridge off: use EventBridge rules instead of the bucket's addEventNotification",
    )
    return
  }
  resource.addPropertyOverride('Managed', false)
  policy.addStatements(
    new PolicyStatement({
      actions: ['s3:GetBucketNotification'],
      resources: [bucket.bucketArn],
    }),
  )
}
