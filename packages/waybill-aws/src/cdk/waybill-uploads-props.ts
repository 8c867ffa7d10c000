/**
 * Props of `WaybillUploads`.
 *
 * @module
 */

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
import type { AlarmThresholds } from './monitoring/watched.ts'
import type { DeclaredRule } from './signer-function/declared-rule.ts'
import type { ObjectDefaultsProps } from './signer-function/object-defaults.ts'
import type { CodeAllows } from './signer-function/rules-allow.ts'
import type { SignerAuth } from './signer-function/signer-auth.ts'

/** Props of `WaybillUploads`. */
export interface WaybillUploadsProps extends FunctionSettings, Omit<UploadBucketProps, 'claims'> {
  /**
   * The upload rules, by name. Omit them with `signerCode`.
   * @default - the rules of `signerCode`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * The bundle of your own entry file: `index.mjs` that exports `handler = lambdaHandler({ rules
   * })`.
   * @default - the prebuilt signer
   */
  readonly signerCode?: Code
  /**
   * Your own bundle of arrival: `index.mjs` that exports `handler`.
   * @default - the prebuilt arrival
   */
  readonly arrivalCode?: Code
  /**
   * Additional environment variables for `arrivalCode`.
   * @default - none
   */
  readonly arrivalEnvironment?: Readonly<Record<string, string>>
  /**
   * Whether `arrivalCode` has its own scanner (docs/operate/scanning.md). An alarm then reports
   * uploads it could not scan.
   * @default false
   */
  readonly arrivalScans?: boolean
  /**
   * What the rules in `signerCode` allow for stored objects, and whether they have quotas. Not
   * needed for `rules`.
   * @default - nothing
   */
  readonly codeAllows?: CodeAllows
  /**
   * An existing bucket. Its CORS, lifecycle, encryption and events stay unchanged. Also set
   * `encryptionKey` if the bucket has a key that CDK does not know.
   * @default - an `UploadBucket`
   */
  readonly bucket?: IBucket
  /**
   * Prefix of all object keys.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who may call the signer. */
  readonly auth: SignerAuth
  /**
   * Whether the signer has a Function URL. With `false` it gets an HTTP API of API Gateway: for
   * regions without Function URLs and accounts that forbid them.
   * @default true
   */
  readonly functionUrl?: boolean
  /**
   * Whether the signer is reachable only through CloudFront. The `url` of a `SignerFront` then
   * replaces `signerUrl`.
   * @default false
   */
  readonly behindCloudFront?: boolean
  /**
   * Seals the waybills.
   * @default - a generated secret
   */
  readonly secret?: ISecret
  /**
   * How many calls to the signer can run at once.
   *
   * A limit protects the concurrency of the account's other functions from a flood of calls. A new
   * account has a total of ten and can reserve none.
   * @default 'unreserved'
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * Time limit of a call to the signer: up to 120 s with `behindCloudFront`, 30 s without
   * `functionUrl`.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * The signer's memory in MiB; it also determines the CPU share.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Additional environment variables of the signer, for `signerCode`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
  /**
   * Time limit for judging one object.
   * @default Duration.seconds(30)
   */
  readonly arrivalTimeout?: Duration
  /**
   * Arrival's memory in MiB; it also determines the CPU share.
   * @default 512
   */
  readonly arrivalMemorySize?: number
  /**
   * How many objects can be judged at once.
   *
   * A limit protects the concurrency of the account's other functions from a flood of uploads.
   * Other events wait for up to six hours.
   * @default 'unreserved'
   */
  readonly arrivalConcurrency?: number | 'unreserved'
  /**
   * Whether new objects get the tag `waybill=pending`. A lifecycle rule uses it to find unjudged
   * objects.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags of each new object: encryption, storage class, tags, Cache-Control. They are
   * signed into every form, URL and multipart upload.
   * @default - the bucket's settings
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Roles that may read objects before their verdict, besides arrival and the signer: replication
   * to another bucket, which copies new objects at once, or your own scanner.
   * @default - none
   */
  readonly unverifiedReaders?: readonly IRole[]
  /**
   * What happens to a rejected object.
   * @default 'keep'
   */
  readonly rejected?: 'keep' | 'delete'
  /**
   * The verdict on objects that were stored without the signer.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * Where verdicts are published.
   * @default - the account's default bus
   */
  readonly eventBus?: IEventBus
  /**
   * Whether to publish verdicts. If not, they are only in the objects' tags and in arrival's log.
   * @default true
   */
  readonly publish?: boolean
  /**
   * Whether GuardDuty scans each object for malware before it can be verified. Costs money per
   * gigabyte and per object: docs/operate/capacity.md. GuardDuty scans no object above 100 GB, so no
   * rule may allow one.
   * @default false
   */
  readonly malwareScan?: boolean
  /**
   * Topic that is notified when an alarm goes off.
   * @default - none: alarms are visible only in CloudWatch
   */
  readonly alarmTopic?: ITopic
  /**
   * Additional action of the alarms.
   * @default - none
   */
  readonly alarmAction?: IAlarmAction
  /**
   * When alarms go off.
   * @default - 5% of uploads rejected, 1% of calls failed
   */
  readonly alarmThresholds?: AlarmThresholds
  /**
   * Whether to create a dashboard.
   * @default true
   */
  readonly dashboard?: boolean
}
