import type { Duration } from 'aws-cdk-lib'
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import type { IRole } from 'aws-cdk-lib/aws-iam'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import type { UploadBucketProps } from './bucket/upload-bucket.ts'
import type { FunctionSettings } from './function/function-settings.ts'
import type { AlarmThresholds } from './monitoring/alarm-definitions.ts'
import type { CodeFeatures } from './signer-function/allowed-by-rules.ts'
import type { DeclaredRule } from './signer-function/declared-rule.ts'
import type { ObjectDefaultsProps } from './signer-function/object-defaults.ts'
import type { SignerAuth } from './signer-function/signer-auth.ts'

/** Props of `WaybillUploads`. */
export interface WaybillUploadsProps extends FunctionSettings, Omit<UploadBucketProps, 'claims'> {
  /**
   * The upload rules, by name. Omit them if you set `signerCode`.
   * @default - the rules of `signerCode`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * Your own signer: a bundle whose `index.mjs` exports `handler = lambdaHandler({ rules })`.
   * @default - the prebuilt signer
   */
  readonly signerCode?: Code
  /**
   * Your own arrival function: a bundle whose `index.mjs` exports `handler`.
   * @default - the prebuilt arrival function
   */
  readonly arrivalCode?: Code
  /**
   * Additional environment variables for `arrivalCode`.
   * @default - none
   */
  readonly arrivalEnvironment?: Readonly<Record<string, string>>
  /**
   * Whether `arrivalCode` runs its own malware scanner (docs/operate/scanning.md). If so, an alarm
   * goes off when an upload could not be scanned.
   * @default false
   */
  readonly arrivalScans?: boolean
  /**
   * Declares which of `read`, `remove`, `claim` and `quota` the rules in `signerCode` use. The
   * signer's role gets the matching permissions. With `rules`, you do not need this.
   * @default - none of them
   */
  readonly codeAllows?: CodeFeatures
  /**
   * An existing bucket to use. Its CORS rules, lifecycle rules, encryption and event notifications
   * are not changed. Also set `encryptionKey` if the bucket has a KMS key that CDK does not know.
   * @default - an `UploadBucket`
   */
  readonly bucket?: IBucket
  /**
   * Prefix of all object keys.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who can call the signer. */
  readonly auth: SignerAuth
  /**
   * Whether the signer has a Function URL. Set this to `false` in regions without Function URLs and
   * in accounts that forbid them. The signer then gets an API Gateway HTTP API instead.
   * @default true
   */
  readonly functionUrl?: boolean
  /**
   * Whether the signer is reachable only through CloudFront. If `true`, create a `SignerFront` and
   * use its `url` instead of `signerUrl`.
   * @default false
   */
  readonly behindCloudFront?: boolean
  /**
   * The secret that seals the waybills: a string of at least 32 random characters, or a JSON list
   * of such strings.
   * @default - a generated secret
   */
  readonly secret?: ISecret
  /**
   * Maximum number of concurrent calls to the signer.
   *
   * A limit prevents a flood of calls from using up the concurrency that the account's other
   * functions need. New AWS accounts have a total concurrency of ten and cannot reserve any of it.
   * @default 'unreserved'
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * Time limit for a call to the signer: up to 120 s with `behindCloudFront`, up to 30 s with
   * `functionUrl: false`, otherwise up to 15 minutes.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * The signer's memory in MiB. Lambda allocates CPU in proportion to memory.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Additional environment variables for `signerCode`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
  /**
   * Time limit for judging one object.
   * @default Duration.seconds(30)
   */
  readonly arrivalTimeout?: Duration
  /**
   * The arrival function's memory in MiB. Lambda allocates CPU in proportion to memory.
   * @default 512
   */
  readonly arrivalMemorySize?: number
  /**
   * Maximum number of objects that are judged at the same time.
   *
   * A limit prevents a flood of uploads from using up the concurrency that the account's other
   * functions need. Events beyond the limit wait for up to six hours, then go to the dead-letter
   * queue.
   * @default 'unreserved'
   */
  readonly arrivalConcurrency?: number | 'unreserved'
  /**
   * Whether new objects are tagged `waybill=pending`. A lifecycle rule deletes objects that keep
   * this tag because they were never judged.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags for each new object: encryption, storage class, tags and Cache-Control. Every
   * signed form, URL and multipart upload includes them.
   * @default - the bucket's settings
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Additional roles that can read objects before their verdict. Examples are your own scanner's
   * role and a replication role, because S3 replicates new objects immediately.
   * @default - none
   */
  readonly unverifiedReaders?: readonly IRole[]
  /**
   * What happens to a rejected object. With `keep`, it stays unreadable until an `UploadBucket`
   * lifecycle rule deletes it.
   * @default 'keep'
   */
  readonly rejected?: 'keep' | 'delete'
  /**
   * What happens to objects that were stored without the signer. `ignore` leaves them untagged.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * The event bus to publish verdicts to.
   * @default - the account's default bus
   */
  readonly eventBus?: IEventBus
  /**
   * Whether to publish verdicts as events, in addition to the objects' tags and the arrival
   * function's log.
   * @default true
   */
  readonly publish?: boolean
  /**
   * Whether GuardDuty scans each object for malware before it can be verified. AWS charges per
   * gigabyte and per object (docs/operate/scale/capacity.md). GuardDuty does not scan objects larger than
   * 100 GB, so no rule can have a larger `maxSize`.
   * @default false
   */
  readonly malwareScan?: boolean
  /**
   * SNS topic to notify when an alarm goes off.
   * @default - none: alarms are visible only in CloudWatch
   */
  readonly alarmTopic?: ITopic
  /**
   * Additional action to take when an alarm goes off.
   * @default - none
   */
  readonly alarmAction?: IAlarmAction
  /**
   * Thresholds at which alarms go off.
   * @default - 5% of uploads rejected, 1% of calls failed
   */
  readonly alarmThresholds?: AlarmThresholds
  /**
   * Whether to create a CloudWatch dashboard.
   * @default true
   */
  readonly dashboard?: boolean
}
