import { CfnDeletionPolicy, CfnResource, type Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { Grant, type IGrantable, type IRole, type PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import { Bucket, type BucketPolicy, type IBucket } from 'aws-cdk-lib/aws-s3'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { ArrivalFunction } from './arrival-function/arrival-function.ts'
import { checkScannable, MalwareScan } from './arrival-function/malware-scan.ts'
import {
  denyForeignVerdicts,
  denyUnverifiedLinks,
  denyUnverifiedReads,
  sidSuffix,
  VERDICT_TAG,
  VERIFIED,
} from './bucket/bucket-access.ts'
import {
  grantUse,
  isOfAnotherAccount,
  warnOfEvents,
  warnOfPolicy,
} from './bucket/foreign-bucket.ts'
import { UploadBucket, type UploadBucketProps } from './bucket/upload-bucket.ts'
import { acknowledge } from './cdk-nag/acknowledge.ts'
import { deployedLength } from './deployed-length.ts'
import { type FunctionSettings, functionTimeout, readSecretStatements } from './functions.ts'
import type { AlarmThresholds } from './monitoring/alarms.ts'
import { Monitoring } from './monitoring/monitoring.ts'
import { bucketOrigins } from './network/endpoints.ts'
import { type CodeFeatures, claimsOf } from './signer-function/allowed-by-rules.ts'
import type { DeclaredRule } from './signer-function/declared-rule.ts'
import {
  type KeyedProps,
  type ObjectDefaultsProps,
  objectKeys,
} from './signer-function/object-defaults.ts'
import {
  missingKeyStatement,
  objectKeyStatements,
  type StoredObjectAccess,
  storedObjectStatements,
} from './signer-function/permissions.ts'
import type { SignerAuth } from './signer-function/signer-auth.ts'
import { SignerFunction } from './signer-function/signer-function.ts'

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

/**
 * A bucket for uploads, with its signer, arrival function and alarms. The bucket's policy denies
 * reads of unverified objects.
 *
 * @example
 * ```ts
 * import { Size } from 'aws-cdk-lib'
 * const uploads = new WaybillUploads(stack, 'Uploads', {
 *   allowedOrigins: ['https://app.example.com'],
 *   auth: { type: 'jwt', issuer: 'https://id.example.com', audience: 'app' },
 *   rules: { video: { types: ['video/*'], maxSize: Size.gibibytes(2) } },
 * })
 * uploads.grantReadVerified(thumbnailer)
 * ```
 */
export class WaybillUploads extends Construct {
  readonly bucket: IBucket
  readonly signer: SignerFunction
  readonly arrival: ArrivalFunction
  readonly monitoring: Monitoring
  readonly secret: ISecret
  /** The signer's base URL. Pass it to the client as `endpoint`. */
  readonly signerUrl: string
  /**
   * The origins that pages upload to. Add them to `connect-src` in the pages' Content Security
   * Policy, and pass them to the client as `storageOrigins` so that it can use both of the bucket's
   * host names.
   */
  readonly storageOrigins: readonly string[]
  readonly #prefix: string
  readonly #keyed: KeyedProps
  readonly #readers: IRole[] = []
  readonly #claimers: IRole[] = []
  /** `false` if this app cannot add the deny statements to the bucket's policy. */
  readonly #guarded: boolean

  constructor(scope: Construct, id: string, props: WaybillUploadsProps) {
    super(scope, id)
    this.#prefix = props.prefix ?? 'uploads/'
    const own = props.bucket
      ? undefined
      : new UploadBucket(this, 'Uploads', { ...props, claims: claimsOf(props) })
    // CDK's classes are compiled without `exactOptionalPropertyTypes`, so TypeScript does not
    // accept a `Bucket` as an `IBucket`.
    this.bucket = props.bucket ?? (own?.bucket as IBucket)
    checkPrefix(this.bucket, this.#prefix)
    this.#keyed = { ...props, bucket: this.bucket }
    this.secret = props.secret ?? sealingSecret(this, isKept(this.bucket))
    const shared = { ...props, bucket: this.bucket, secret: this.secret, prefix: this.#prefix }
    const { signerCode, arrivalCode } = props
    this.signer = new SignerFunction(this, 'Signer', {
      ...shared,
      ...(own ? { maxSignatureAge: own.maxSignatureAge } : {}),
      ...(signerCode ? { code: signerCode } : {}),
    })
    // The arrival function does not share the signer's concurrency limit, because every upload that
    // the signer allowed must be judged.
    const { arrivalConcurrency: reservedConcurrency = 'unreserved' } = props
    const { arrivalMemorySize: memorySize = 512, arrivalEnvironment = {} } = props
    this.arrival = new ArrivalFunction(this, 'Arrival', {
      ...shared,
      ...(arrivalCode ? { code: arrivalCode } : {}),
      environment: arrivalEnvironment,
      scans: props.arrivalScans ?? false,
      reservedConcurrency,
      memorySize,
      timeout: functionTimeout('arrivalTimeout', props.arrivalTimeout),
      afterMalwareScan: props.malwareScan ?? false,
    })
    // Update the arrival function first, because an older version may be unable to read a newer
    // signer's waybills.
    this.signer.function.node.addDependency(this.arrival.function)
    this.#readers.push(this.arrival.role, this.signer.role, ...(props.unverifiedReaders ?? []))
    if (props.malwareScan) {
      const sizes = Object.entries(props.rules ?? {}).filter(
        ([, { maxSize }]) => !maxSize.isUnresolved(),
      )
      checkScannable(
        'malwareScan',
        sizes.map(([name, { maxSize }]) => [name, maxSize.toBytes()]),
      )
      const scan = new MalwareScan(this, 'MalwareScan', { ...this.#keyed, prefix: this.#prefix })
      this.#readers.push(scan.role)
      // When scans are switched on, the function must not wait for results before there are any.
      this.arrival.function.node.addDependency(scan.plan)
    }
    this.#guarded = this.#guardObjects()
    this.monitoring = new Monitoring(this, 'Monitoring', {
      ...props,
      bucket: this.bucket,
      signer: this.signer,
      arrival: this.arrival,
    })
    this.signerUrl = this.signer.url
    this.storageOrigins = bucketOrigins({ ...props, bucket: this.bucket })
  }

  /**
   * Allows a principal to read verified objects, but not to list objects or read older versions. If
   * the principal is in another account, adds a statement to the bucket's policy.
   *
   * @throws {Error} If this app can change neither the principal's policy nor the bucket's.
   */
  grantReadVerified(grantee: IGrantable): Grant {
    const grant = Grant.addToPrincipalOrResource({
      grantee,
      resource: this.bucket,
      actions: ['s3:GetObject'],
      resourceArns: [this.bucket.arnForObjects(`${this.#prefix}*`)],
      conditions: { StringEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED } },
    })
    if (grant.resourceStatement && !this.#guarded) {
      throw new Error(
        "grantReadVerified: this reader needs a statement in the bucket's policy, which this app cannot change",
      )
    }
    return objectKeys(this.#keyed).reduce(
      (sum, key) => sum.combine(key.grantDecrypt(grantee)),
      grant,
    )
  }

  /**
   * Allows your server's role to use a signer's `downloadUrl`, `remove` and `claim`, and to read
   * the secret. Like the signer, the role can read an object before its verdict, but cannot sign a
   * link to it.
   *
   * @example
   * ```ts
   * uploads.grantStoredObjectAccess(serverRole, { read: true, claim: true })
   * ```
   */
  grantStoredObjectAccess(role: IRole, allowed: StoredObjectAccess): void {
    const statements = [
      ...storedObjectStatements(this.bucket, this.#prefix, allowed),
      missingKeyStatement(this.bucket, this.#prefix),
      ...readSecretStatements(this.secret),
      ...objectKeyStatements(this.#keyed, ['kms:Decrypt']),
    ]
    for (const statement of statements) {
      // Statement ids must be unique within a policy, and a role can get permissions from two
      // constructs.
      statement.sid = `${statement.sid}${this.node.addr.slice(-8)}`
      role.addToPrincipalPolicy(statement)
    }
    this.#readers.push(role)
    if (allowed.claim) this.#claimers.push(role)
  }

  #guardObjects(): boolean {
    const objects = this.bucket.arnForObjects(`${this.#prefix}*`)
    const taggers = {
      arrival: this.arrival.role,
      signer: this.signer.role,
      claimers: this.#claimers,
    }
    const statements: PolicyStatement[] = [
      ...denyUnverifiedReads(objects, this.#readers),
      denyUnverifiedLinks(objects),
      ...denyForeignVerdicts(objects, taggers),
    ]
    const suffix = sidSuffix(this.#prefix, this.node.addr.slice(-8))
    for (const each of statements) each.sid = `${each.sid}${suffix}`
    warnOfEvents(this, this.bucket)
    if (isOfAnotherAccount(this, this.bucket)) {
      const users = [this.signer, this.arrival].map(({ role, bucketActions: actions }) => ({
        role,
        actions,
      }))
      statements.unshift(...grantUse(this.bucket, this.#prefix, users))
    }
    const added = statements.map((each) => this.bucket.addToResourcePolicy(each).statementAdded)
    keepPolicy(this.bucket)
    checkPolicy(this.bucket)
    if (added.every(Boolean)) return true
    warnOfPolicy(this, statements)
    return false
  }
}

/** Like the bucket, resources with this policy are deleted only if creating the stack fails. */
const WITH_BUCKET = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE

/** Returns whether a bucket outlives the stack, for example because another stack owns it. */
function isKept({ node: { defaultChild } }: IBucket): boolean {
  if (!(defaultChild instanceof CfnResource)) return true
  return defaultChild.cfnOptions.deletionPolicy !== CfnDeletionPolicy.DELETE
}

/** A bucket that outlives the stack must keep its policy, which protects unverified objects. */
function keepPolicy(bucket: IBucket): void {
  if (bucket instanceof Bucket && isKept(bucket)) bucket.policy?.applyRemovalPolicy(WITH_BUCKET)
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
const MAX_POLICY_SIZE = MORE_LIMITS.maxBucketPolicySize

/** Every construct that shares the bucket adds statements to its policy. */
function checkPolicy(bucket: IBucket): void {
  const policy = bucket instanceof Bucket ? bucket.policy : undefined
  if (!policy || CHECKED.has(policy)) return
  CHECKED.add(policy)
  policy.node.addValidation({
    validate: () => {
      const size = deployedLength(policy, policy.document)
      if (size <= MAX_POLICY_SIZE) return []
      return [
        `the bucket's policy will have about ${size} characters, at most ${MAX_POLICY_SIZE} are allowed: give some of ` +
          'the constructs that share this bucket a bucket each',
      ]
    },
  })
}

const CHECKED = new WeakSet<BucketPolicy>()

/**
 * @param kept - Whether the secret outlives the stack. It must if the bucket does: without the
 *   secret, nobody can determine who owns the objects.
 */
function sealingSecret(scope: Construct, kept: boolean): ISecret {
  const secret = new Secret(scope, 'Secret', {
    description: 'Waybill: seals the waybills of uploads',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: kept ? WITH_BUCKET : RemovalPolicy.DESTROY,
  })
  acknowledge(
    secret,
    'SMG4',
    'Replacing it in one step would cut off uploads under way: it is rotated in two, as docs/operate/secrets.md describes.',
  )
  return secret as ISecret
}

/** The prefixes of the constructs that share a bucket. */
const prefixesOf = new WeakMap<IBucket, string[]>()

/** @throws {RangeError} If one construct's objects would be another's too. */
function checkPrefix(bucket: IBucket, prefix: string): void {
  const others = prefixesOf.get(bucket) ?? []
  const other = others.find((each) => each.startsWith(prefix) || prefix.startsWith(each))
  if (other !== undefined) {
    throw new RangeError(
      `prefix is '${prefix}', but another WaybillUploads on this bucket has '${other}': neither may begin with ` +
        'the other, because each denies access to everyone else, also to the other function',
    )
  }
  prefixesOf.set(bucket, [...others, prefix])
}
