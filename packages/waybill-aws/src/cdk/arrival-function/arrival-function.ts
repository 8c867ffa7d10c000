import { Duration } from 'aws-cdk-lib'
import { EventBus, type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { actionsOf } from '../bucket/foreign-bucket.ts'
import { acknowledge, acknowledgeObjects } from '../cdk-nag/acknowledge.ts'
import {
  type FunctionRole,
  type FunctionSettings,
  functionRole,
  functionTimeout,
  PREBUILT_HANDLER,
  prebuiltCode,
  readSecretStatements,
  reserved,
  settingsOf,
} from '../functions.ts'
import { endpointNames, endpointSettings } from '../network/endpoints.ts'
import { warnUnreachable } from '../network/warn-unreachable.ts'
import { checkPrefix } from '../signer-function/declared-rule.ts'
import type { ObjectDefaultsProps } from '../signer-function/object-defaults.ts'
import { missingKeyStatement, objectKeyStatements } from '../signer-function/permissions.ts'

/** Props of `ArrivalFunction`. */
export interface ArrivalFunctionProps extends FunctionSettings {
  /**
   * The bucket whose objects are judged. It must send its events to EventBridge, as `UploadBucket`
   * does.
   */
  readonly bucket: IBucket
  /**
   * The bucket's KMS key. Set it if the bucket was imported by name, because CDK then does not know
   * its key.
   * @default - the bucket's `encryptionKey`
   */
  readonly encryptionKey?: IKey
  /**
   * The signer's object defaults. The function needs access to their KMS key to read objects.
   * @default - none
   */
  readonly objectDefaults?: ObjectDefaultsProps
  /**
   * Your own arrival function: a bundle whose `index.mjs` exports `handler`.
   * @default - the prebuilt arrival function
   */
  readonly code?: Code
  /**
   * Additional environment variables for `code`.
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>
  /**
   * Whether `code` runs its own malware scanner. If so, an alarm goes off when an upload could not
   * be scanned.
   * @default false
   */
  readonly scans?: boolean
  /** The signer's secret. */
  readonly secret: ISecret
  /**
   * Prefix of the objects to judge. The role has no access to other objects.
   * @default 'uploads/'
   */
  readonly prefix?: string
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
   * The event bus to publish `Upload Verified` and `Upload Rejected` events to, with source
   * `waybill`. A bus in another account must allow this account to put events.
   * @default - the account's default bus
   */
  readonly eventBus?: IEventBus
  /**
   * Whether to publish verdicts as events, in addition to the objects' tags and the log.
   * @default true
   */
  readonly publish?: boolean
  /**
   * Whether the function waits until GuardDuty has scanned an object. Until then, the object stays
   * pending, and it is verified only if the scan found no threats. See `MalwareScan`.
   * @default false
   */
  readonly afterMalwareScan?: boolean
  /**
   * Memory in MiB. Lambda allocates CPU in proportion to memory.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * Time limit for judging one object.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * Maximum number of objects that are judged at the same time. Events beyond the limit wait for up
   * to six hours, then go to the dead-letter queue.
   * @default 'unreserved' - limited only by the account
   */
  readonly reservedConcurrency?: number | 'unreserved'
}

/** Lambda's maximum age for an asynchronous event. */
const MAX_EVENT_AGE = Duration.hours(6)

/**
 * A Lambda function that judges each object stored under a prefix, and the EventBridge rule that
 * invokes it.
 *
 * @example
 * ```ts
 * const arrival = new ArrivalFunction(stack, 'Arrival', {
 *   bucket: uploadBucket,
 *   secret: sealingSecret, // the signer's
 *   rejected: 'delete',
 * })
 * ```
 */
export class ArrivalFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: Role
  /** S3 actions that the role is allowed to perform on the bucket and its objects. */
  readonly bucketActions: readonly string[]
  /**
   * Receives events whose objects could not be judged. These objects stay unreadable until the
   * events are redriven.
   */
  readonly deadLetterQueue: Queue
  /** The EventBridge rule that invokes the function for each stored object. */
  readonly landed: Rule
  /** Prefix of the objects that the function judges. */
  readonly prefix: string
  /** Whether objects are verified only after a malware scan, by GuardDuty or by `code`. */
  readonly requiresScan: boolean

  constructor(scope: Construct, id: string, props: ArrivalFunctionProps) {
    super(scope, id)
    const { bucket, prefix = 'uploads/' } = props
    checkPrefix(prefix)
    this.prefix = prefix
    this.requiresScan = props.afterMalwareScan || props.scans || false
    const eventBus = busOf(this, props)
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    acknowledge(
      this.deadLetterQueue,
      'SQS3',
      'This is the dead-letter queue of a function and of a rule; cdk-nag knows only those of other queues.',
    )
    const { role, logGroup } = functionRole(this, props, 'Judges the objects that land in S3')
    this.role = role
    acknowledgeObjects(role, bucket.arnForObjects(`${prefix}*`))
    const statements = arrivalStatements(props, prefix, eventBus, this.deadLetterQueue)
    for (const statement of statements) role.addToPolicy(statement)
    this.bucketActions = actionsOf(statements)
    this.function = judgingFunction(this, props, eventBus, { role, logGroup })
    warnUnreachable(this, props, {
      services: endpointNames(this, props, [
        's3',
        'secretsmanager',
        ...(eventBus ? ['events'] : []),
      ]),
    })
    this.#retryThenKeep()
    this.landed = new Rule(this, 'Landed', {
      description: 'New objects, to be judged by the arrival function',
      eventPattern: landed(bucket, prefix, props.afterMalwareScan ?? false),
      targets: [
        new LambdaTarget(this.function, {
          deadLetterQueue: this.deadLetterQueue,
          maxEventAge: MAX_EVENT_AGE,
        }),
      ],
    })
  }

  /** `SqsDestination` would also allow the role to read the queue's attributes. */
  #retryThenKeep(): void {
    this.function.configureAsyncInvoke({
      maxEventAge: MAX_EVENT_AGE,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: this.deadLetterQueue.queueArn }) },
    })
  }
}

function busOf(
  scope: Construct,
  { publish = true, eventBus }: ArrivalFunctionProps,
): IEventBus | undefined {
  if (publish) return eventBus ?? EventBus.fromEventBusName(scope, 'Bus', 'default')
  if (!eventBus) return undefined
  throw new Error('publish is false, but eventBus is set: omit one of them')
}

function judgingFunction(
  scope: Construct,
  props: ArrivalFunctionProps,
  eventBus: IEventBus | undefined,
  { role, logGroup }: FunctionRole,
): LambdaFunction {
  return new LambdaFunction(scope, 'Function', {
    description: 'Waybill: judges new objects',
    runtime: Runtime.NODEJS_24_X,
    code: props.code ?? prebuiltCode('arrival'),
    handler: PREBUILT_HANDLER,
    memorySize: props.memorySize ?? 512,
    timeout: functionTimeout('timeout', props.timeout),
    role,
    logGroup,
    environment: {
      ...props.environment,
      WAYBILL_BUCKET: props.bucket.bucketName,
      WAYBILL_SECRET_ARN: props.secret.secretArn,
      WAYBILL_PREFIX: props.prefix ?? 'uploads/',
      // This is an ARN, because EventBridge would look up a name in this account.
      ...(eventBus ? { WAYBILL_EVENT_BUS: eventBus.eventBusArn } : {}),
      WAYBILL_REJECTED: props.rejected ?? 'keep',
      WAYBILL_WITHOUT_WAYBILL: props.withoutWaybill ?? 'reject',
      WAYBILL_REQUIRE_SCAN: props.afterMalwareScan ? 'on' : 'off',
      WAYBILL_METRICS: props.metrics ?? 'all',
      ...endpointSettings(scope, withoutAcceleration(props)),
    },
    ...reserved('reservedConcurrency', props.reservedConcurrency ?? 'unreserved'),
    ...settingsOf(props, role),
  })
}

/** Transfer Acceleration only helps distant clients. The arrival function is near the bucket. */
function withoutAcceleration({ bucket, secret, dualStack, fips }: ArrivalFunctionProps) {
  return { bucket, secret, ...(dualStack ? { dualStack } : {}), ...(fips ? { fips } : {}) }
}

/**
 * With scans, matches S3's events, too. The function ignores them while it waits for scan results.
 * When scans are switched off, CloudFormation updates the function before the rule.
 */
function landed({ bucketName }: IBucket, prefix: string, scanned: boolean): EventPattern {
  const key = prefix === '' ? undefined : [{ prefix }]
  const created = { bucket: { name: [bucketName] }, ...(key ? { object: { key } } : {}) }
  if (!scanned) return { source: ['aws.s3'], detailType: ['Object Created'], detail: created }
  const objectKey = key ? { objectKey: key } : {}
  const scannedObject = { s3ObjectDetails: { bucketName: [bucketName], ...objectKey } }
  return {
    source: ['aws.s3', 'aws.guardduty'],
    detailType: ['Object Created', 'GuardDuty Malware Protection Object Scan Result'],
    detail: { $or: [created, scannedObject] },
  }
}

function arrivalStatements(
  props: ArrivalFunctionProps,
  prefix: string,
  eventBus: IEventBus | undefined,
  queue: Queue,
): PolicyStatement[] {
  const { bucket, secret, rejected } = props
  return [
    new PolicyStatement({
      sid: 'JudgeObjects',
      actions: [
        's3:GetObject',
        's3:GetObjectVersion',
        's3:GetObjectTagging',
        's3:GetObjectVersionTagging',
        's3:PutObjectTagging',
        's3:PutObjectVersionTagging',
        ...(rejected === 'delete' ? ['s3:DeleteObject', 's3:DeleteObjectVersion'] : []),
      ],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    // An event can be delivered again after its object version was deleted.
    missingKeyStatement(bucket, prefix, ['s3:ListBucket', 's3:ListBucketVersions']),
    ...(eventBus ? [publishStatement(eventBus)] : []),
    new PolicyStatement({
      sid: 'KeepWhatFailed',
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
    }),
    ...readSecretStatements(secret),
    ...objectKeyStatements(props, ['kms:Decrypt']),
  ]
}

function publishStatement(eventBus: IEventBus): PolicyStatement {
  return new PolicyStatement({
    sid: 'PublishVerdicts',
    actions: ['events:PutEvents'],
    resources: [eventBus.eventBusArn],
    // A call can contain several events, all of which must have the source `waybill`.
    // `ForAllValues` is also met if the condition key is missing, so the `Null` condition rules
    // this out.
    conditions: {
      'ForAllValues:StringEquals': { 'events:source': 'waybill' },
      Null: { 'events:source': 'false' },
    },
  })
}
