/**
 * Uploads from browsers into your bucket, as one construct: bucket, signer, arrival, alarms.
 *
 * @module
 */

import { Annotations, type Duration } from 'aws-cdk-lib'
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch'
import type { IEventBus } from 'aws-cdk-lib/aws-events'
import { Grant, type IGrantable, type IRole, type PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledged.ts'
import { ArrivalFunction } from './arrival-function/arrival-function.ts'
import { MalwareScan } from './arrival-function/malware-scan.ts'
import {
  denyForeignVerdicts,
  denyUnverifiedReads,
  sidSuffix,
  VERDICT_TAG,
  VERIFIED,
} from './bucket/bucket-access.ts'
import { UploadBucket, type UploadBucketProps } from './bucket/upload-bucket.ts'
import type { LogProps } from './function-role.ts'
import { Monitoring } from './monitoring.ts'
import type { DeclaredRule } from './signer-function/declared-rule.ts'
import { functionTimeout } from './signer-function/function-timeout.ts'
import type { SignerAuth } from './signer-function/signer-auth.ts'
import { SignerFunction } from './signer-function/signer-function.ts'

/** Props of `WaybillUploads`. */
export interface WaybillUploadsProps extends LogProps, UploadBucketProps {
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
   * How long a call to the signer may take, at most 60 s with `behindCloudFront`.
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
   * Whether GuardDuty scans each object for malware before it can be verified. It costs per
   * gigabyte and per object: docs/aws.md.
   * @default false
   */
  readonly malwareScan?: boolean
  /**
   * Action of the alarms.
   * @default - none: the alarms are only visible in CloudWatch
   */
  readonly alarmAction?: IAlarmAction
  /**
   * Whether there is a dashboard.
   * @default true
   */
  readonly dashboard?: boolean
}

/**
 * Makes a bucket for uploads, its signer, arrival and alarms, and denies reads of unverified
 * objects.
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
  /** Base URL of the signer: the client's `endpoint`. */
  readonly signerUrl: string
  readonly #prefix: string
  readonly #encryptionKey: IKey | undefined
  /** Whether this app may write the bucket's policy. */
  readonly #guarded: boolean

  constructor(scope: Construct, id: string, props: WaybillUploadsProps) {
    super(scope, id)
    this.#prefix = props.prefix ?? 'uploads/'
    this.bucket = props.bucket ?? this.#ownBucket(props)
    this.#encryptionKey = props.encryptionKey ?? this.bucket.encryptionKey
    this.secret = props.secret ?? sealingSecret(this)
    const shared = { ...props, bucket: this.bucket, secret: this.secret, prefix: this.#prefix }
    const { signerCode } = props
    this.signer = new SignerFunction(this, 'Signer', {
      ...shared,
      ...(signerCode ? { code: signerCode } : {}),
    })
    // The concurrency of the signer is not arrival's: an upload that was allowed must be judged.
    const { arrivalConcurrency: reservedConcurrency = 'unreserved' } = props
    const { arrivalMemorySize: memorySize = 512 } = props
    this.arrival = new ArrivalFunction(this, 'Arrival', {
      ...shared,
      reservedConcurrency,
      memorySize,
      timeout: functionTimeout('arrivalTimeout', props.arrivalTimeout),
      afterMalwareScan: props.malwareScan ?? false,
    })
    // Arrival is updated first: an older one would take waybills of a newer signer for forged.
    this.signer.function.node.addDependency(this.arrival.function)
    const readers: IRole[] = [this.arrival.role, this.signer.role]
    readers.push(...(props.unverifiedReaders ?? []))
    if (props.malwareScan) readers.push(this.#scanForMalware())
    this.#guarded = this.#guardObjects(readers)
    this.monitoring = new Monitoring(this, 'Monitoring', {
      ...props,
      bucket: this.bucket,
      signer: this.signer,
      arrival: this.arrival,
    })
    this.signerUrl = this.signer.url
  }

  /**
   * Lets a principal read the objects that arrival has verified, and no others. Listing, older
   * versions and unverified objects stay denied. A reader of another account gets a statement in
   * the bucket's policy.
   *
   * @throws {Error} When this app may write neither the reader's policy nor the bucket's.
   */
  grantReadVerified(grantee: IGrantable): Grant {
    const encryptionKey = this.#encryptionKey
    const grant = Grant.addToPrincipalOrResource({
      grantee,
      resource: this.bucket,
      actions: ['s3:GetObject'],
      resourceArns: [this.bucket.arnForObjects(`${this.#prefix}*`)],
      conditions: { StringEquals: { [`s3:ExistingObjectTag/${VERDICT_TAG}`]: VERIFIED } },
    })
    if (grant.resourceStatement && !this.#guarded) {
      throw new Error(
        "grantReadVerified: such a reader needs a statement in the bucket's policy, which is not this app's to write",
      )
    }
    return encryptionKey ? grant.combine(encryptionKey.grantDecrypt(grantee)) : grant
  }

  #ownBucket(props: WaybillUploadsProps): IBucket {
    const own = new UploadBucket(this, 'Uploads', props)
    for (const [name, { expiresIn }] of Object.entries(props.rules ?? {})) {
      if (expiresIn && expiresIn.toSeconds() > own.maxSignatureAge.toSeconds()) {
        throw new Error(
          `rules.${name}.expiresIn is ${expiresIn.toSeconds()} s, maxSignatureAge allows ${own.maxSignatureAge.toSeconds()} s`,
        )
      }
    }
    // CDK's classes are written without exactOptionalPropertyTypes; apart from that a `Bucket` is
    // an `IBucket`.
    return own.bucket as IBucket
  }

  #scanForMalware(): IRole {
    return new MalwareScan(this, 'MalwareScan', {
      bucket: this.bucket,
      prefix: this.#prefix,
      ...(this.#encryptionKey ? { encryptionKey: this.#encryptionKey } : {}),
    }).role
  }

  #guardObjects(readers: readonly IRole[]): boolean {
    const objects = this.bucket.arnForObjects(`${this.#prefix}*`)
    const statements: PolicyStatement[] = [
      denyUnverifiedReads(objects, readers),
      ...denyForeignVerdicts(objects, { arrival: this.arrival.role, signer: this.signer.role }),
    ]
    const added = statements.map((each) => {
      each.sid = `${each.sid}${sidSuffix(this.#prefix)}`
      return this.bucket.addToResourcePolicy(each).statementAdded
    })
    if (added.every(Boolean)) return true
    Annotations.of(this).addWarningV2(
      'waybill:bucket-policy-not-added',
      "The bucket's policy is not this app's to write: deny reads of objects without the tag waybill=verified, and " +
        'tagging by others than arrival, yourself (docs/aws.md has the statements).',
    )
    return false
  }
}

/** Makes the secret: 64 letters and digits, some 380 random bits. */
function sealingSecret(scope: Construct): ISecret {
  const secret = new Secret(scope, 'Secret', {
    description: 'Waybill: seals the waybills of uploads',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  })
  acknowledge(
    secret,
    'SMG4',
    'Replacing it in one step would cut off uploads under way: it is rotated in two, as docs/aws.md describes.',
  )
  return secret as ISecret
}
