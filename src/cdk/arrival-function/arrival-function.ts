/**
 * Arrival as a function behind EventBridge: each object that lands is judged, what cannot be judged waits in a
 * dead-letter queue.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import { EventBus, type EventPattern, type IEventBus, Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { acknowledge, acknowledgeObjects } from '../acknowledged.ts'
import {
  type FunctionRole,
  functionRole,
  type LogProps,
  readSecretStatements,
} from '../function-role.ts'
import { PREBUILT_HANDLER, prebuiltCode } from '../lambda-assets.ts'
import { checkPrefix } from '../signer-function/declared-rule.ts'
import { functionTimeout } from '../signer-function/function-timeout.ts'
import { reserved } from '../signer-function/reserved-concurrency.ts'
import { bucketKeyStatements, missingKeyStatement } from '../signer-function/signer-permissions.ts'

/** Of an `ArrivalFunction`. */
export interface ArrivalFunctionProps extends LogProps {
  /** It must send its events to EventBridge, as `UploadBucket` does. */
  readonly bucket: IBucket
  /**
   * The KMS key of the bucket, where CDK does not know it: of one imported by its name.
   * @default - the bucket's own
   */
  readonly encryptionKey?: IKey
  /** The signer's. */
  readonly secret: ISecret
  /**
   * Which objects are judged; the role reaches nothing else.
   * @default 'uploads/'
   */
  readonly prefix?: string
  /**
   * What becomes of a rejected object. `keep` leaves it unreadable, for `UploadBucket` to expire.
   * @default 'keep'
   */
  readonly rejected?: 'keep' | 'delete'
  /**
   * What an object is that was put around the signer.
   * @default 'reject'
   */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /**
   * Where `Upload Verified` and `Upload Rejected` are published, with source `waybill`. A bus of another account must
   * let this one put events.
   * @default - the account's default bus
   */
  readonly eventBus?: IEventBus
  /**
   * Wait for GuardDuty's scan of each object: nothing is verified without a clean one, whatever event comes. What was
   * not scanned stays pending. See `MalwareScan`.
   * @default false
   */
  readonly afterMalwareScan?: boolean
  /**
   * Memory in MiB; CPU comes with it.
   * @default 512
   */
  readonly memorySize?: number
  /**
   * How long judging one object may take.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration
  /**
   * How many objects may be judged at once. The events of others wait, up to six hours.
   * @default 'unreserved' - as many as the account has
   */
  readonly reservedConcurrency?: number | 'unreserved'
}

/** Lambda keeps an event that long while it is throttled. */
const MAX_EVENT_AGE = Duration.hours(6)

/** A Lambda function that judges each object that lands under a prefix, with a rule that calls it. */
export class ArrivalFunction extends Construct {
  readonly function: LambdaFunction
  readonly role: Role
  /** Events that could not be judged. Anything in it wants a look: those objects stay unreadable. */
  readonly deadLetterQueue: Queue
  /** Whether nothing is verified without a malware scan. */
  readonly requiresScan: boolean

  constructor(scope: Construct, id: string, props: ArrivalFunctionProps) {
    super(scope, id)
    const { bucket, prefix = 'uploads/' } = props
    checkPrefix(prefix)
    this.requiresScan = props.afterMalwareScan ?? false
    const eventBus = props.eventBus ?? EventBus.fromEventBusName(this, 'Bus', 'default')
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    acknowledge(
      this.deadLetterQueue,
      'SQS3',
      'It is the dead-letter queue, of a function and of a rule; cdk-nag looks for queues that name it.',
    )
    const { role, logGroup } = functionRole(this, props, 'Judges the objects that land in S3')
    this.role = role
    acknowledgeObjects(role, bucket.arnForObjects(`${prefix}*`))
    for (const statement of arrivalStatements(props, prefix, eventBus, this.deadLetterQueue)) {
      role.addToPolicy(statement)
    }
    this.function = judgingFunction(this, props, eventBus, { role, logGroup })
    this.#retryThenKeep()
    new Rule(this, 'Landed', {
      description: 'Objects that landed, to be judged by arrival',
      eventPattern: landed(bucket, prefix, props.afterMalwareScan ?? false),
      targets: [
        new LambdaTarget(this.function, {
          deadLetterQueue: this.deadLetterQueue,
          maxEventAge: MAX_EVENT_AGE,
        }),
      ],
    })
  }

  /** `SqsDestination` would also grant reading the queue's attributes; the role has its own statement. */
  #retryThenKeep(): void {
    this.function.configureAsyncInvoke({
      maxEventAge: MAX_EVENT_AGE,
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: this.deadLetterQueue.queueArn }) },
    })
  }
}

function judgingFunction(
  scope: Construct,
  props: ArrivalFunctionProps,
  eventBus: IEventBus,
  { role, logGroup }: FunctionRole,
): LambdaFunction {
  return new LambdaFunction(scope, 'Function', {
    description: 'Waybill: judges the objects that land',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: prebuiltCode('arrival'),
    handler: PREBUILT_HANDLER,
    memorySize: props.memorySize ?? 512,
    timeout: functionTimeout('timeout', props.timeout),
    role,
    logGroup,
    environment: {
      WAYBILL_BUCKET: props.bucket.bucketName,
      WAYBILL_SECRET_ARN: props.secret.secretArn,
      WAYBILL_PREFIX: props.prefix ?? 'uploads/',
      // A name would be looked for in this account.
      WAYBILL_EVENT_BUS: eventBus.eventBusArn,
      WAYBILL_REJECTED: props.rejected ?? 'keep',
      WAYBILL_WITHOUT_WAYBILL: props.withoutWaybill ?? 'reject',
      WAYBILL_REQUIRE_SCAN: props.afterMalwareScan ? 'on' : 'off',
    },
    ...reserved('reservedConcurrency', props.reservedConcurrency ?? 'unreserved'),
  })
}

function landed(bucket: IBucket, prefix: string, scanned: boolean): EventPattern {
  const key = prefix === '' ? undefined : [{ prefix }]
  if (!scanned) {
    const object = key ? { object: { key } } : {}
    return {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket.bucketName] }, ...object },
    }
  }
  const objectKey = key ? { objectKey: key } : {}
  return {
    source: ['aws.guardduty'],
    detailType: ['GuardDuty Malware Protection Object Scan Result'],
    detail: { s3ObjectDetails: { bucketName: [bucket.bucketName], ...objectKey } },
  }
}

function arrivalStatements(
  { bucket, secret, rejected, encryptionKey }: ArrivalFunctionProps,
  prefix: string,
  eventBus: IEventBus,
  queue: Queue,
): PolicyStatement[] {
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
    // An event comes again after its version was deleted.
    missingKeyStatement(bucket, ['s3:ListBucket', 's3:ListBucketVersions']),
    new PolicyStatement({
      sid: 'PublishVerdicts',
      actions: ['events:PutEvents'],
      resources: [eventBus.eventBusArn],
      // The key has several values, one for each event of a call: all must be ours, and there must be one.
      conditions: {
        'ForAllValues:StringEquals': { 'events:source': 'waybill' },
        Null: { 'events:source': 'false' },
      },
    }),
    new PolicyStatement({
      sid: 'KeepWhatFailed',
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
    }),
    ...readSecretStatements(secret),
    ...bucketKeyStatements(bucket, encryptionKey, ['kms:Decrypt']),
  ]
}
