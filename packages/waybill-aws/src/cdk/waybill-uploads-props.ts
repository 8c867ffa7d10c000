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
   * What may be uploaded, by name. Leave it out with `signerCode`.
   * @default - the rules of `signerCode`
   */
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  /**
   * The bundle of your own entry file: `index.mjs`, which exports
   * `handler = lambdaHandler({ rules })`.
   * @default - the prebuilt signer
   */
  readonly signerCode?: Code
  /**
   * The bundle of arrival, when it is not the prebuilt one: `index.mjs`, which exports `handler`.
   * @default - the prebuilt arrival
   */
  readonly arrivalCode?: Code
  /**
   * More environment variables of arrival, for `arrivalCode`.
   * @default - none
   */
  readonly arrivalEnvironment?: Readonly<Record<string, string>>
  /**
   * Whether `arrivalCode` has a scanner of its own (docs/operate/scanning.md). An alarm then tells of
   * uploads that it could not scan.
   * @default false
   */
  readonly arrivalScans?: boolean
  /**
   * What the rules of `signerCode` allow with stored objects, and whether they have quotas. `rules`
   * say it themselves.
   * @default - nothing
   */
  readonly codeAllows?: CodeAllows
  /**
   * An existing bucket. Its CORS, lifecycle, encryption and events stay as they are. Set
   * `encryptionKey` too when the bucket has a key that CDK does not know.
   * @default - an `UploadBucket`
   */
  readonly bucket?: IBucket
  /**
   * The beginning of all object keys.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /** Who may call the signer. */
  readonly auth: SignerAuth
  /**
   * Whether the signer's address is a Function URL. With `false` it is an HTTP API of API Gateway:
   * for regions that have no Function URLs, and accounts that allow none.
   * @default true
   */
  readonly functionUrl?: boolean
  /**
   * Whether the signer is only reached through CloudFront. The `url` of a `SignerFront` then
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
   * How many calls to the signer may run at once.
   *
   * A limit protects the concurrency of the account's other functions from a flood of calls. A new
   * account has ten in all and can reserve none.
   * @default 'unreserved'
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * How long a call to the signer may take: at most 120 s with `behindCloudFront`, 30 s without
   * `functionUrl`.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * The signer's memory in MiB; CPU comes with it.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * More environment variables of the signer, for `signerCode`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
  /**
   * How long judging one object may take.
   * @default Duration.seconds(30)
   */
  readonly arrivalTimeout?: Duration
  /**
   * Arrival's memory in MiB; CPU comes with it.
   * @default 512
   */
  readonly arrivalMemorySize?: number
  /**
   * How many objects may be judged at once.
   *
   * A limit protects the concurrency of the account's other functions from a flood of uploads. The
   * other events wait, up to six hours.
   * @default 'unreserved'
   */
  readonly arrivalConcurrency?: number | 'unreserved'
  /**
   * Whether objects get the tag `waybill=pending` when they are stored. A lifecycle rule finds
   * unjudged objects by it.
   * @default true
   */
  readonly pendingTag?: boolean
  /**
   * Headers and tags of each new object: encryption, storage class, tags, Cache-Control. They are
   * signed into every form, URL and multipart upload.
   * @default - what the bucket says
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Roles that may read objects before their verdict, beside arrival and the signer: replication to
   * another bucket, which copies objects when they land, or your own scanner.
   * @default - none
   */
  readonly unverifiedReaders?: readonly IRole[]
  /**
   * What happens to a rejected object.
   * @default 'keep'
   */
  readonly rejected?: 'keep' | 'delete'
  /**
   * How an object is judged that was not stored through the signer.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * Where verdicts are published.
   * @default - the account's default bus
   */
  readonly eventBus?: IEventBus
  /**
   * Whether verdicts are published. Without it they are only in the objects' tags and in arrival's
   * log.
   * @default true
   */
  readonly publish?: boolean
  /**
   * Whether GuardDuty scans each object for malware before it can be verified. It costs per
   * gigabyte and per object: docs/operate/capacity.md. It scans no object above 100 GB, so no rule may allow one.
   * @default false
   */
  readonly malwareScan?: boolean
  /**
   * Topic that is told when an alarm begins.
   * @default - none: the alarms are only visible in CloudWatch
   */
  readonly alarmTopic?: ITopic
  /**
   * Another action of the alarms.
   * @default - none
   */
  readonly alarmAction?: IAlarmAction
  /**
   * When alarms ring.
   * @default - 5 % of uploads rejected, 1 % of calls failed
   */
  readonly alarmThresholds?: AlarmThresholds
  /**
   * Whether there is a dashboard.
   * @default true
   */
  readonly dashboard?: boolean
}
