/**
 * What is deployed, by behavior. Who may do what is in access.test.ts, who may call the signer in
 * who-may-call.test.ts.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { Bucket, BucketNamespace, type IBucket } from 'aws-cdk-lib/aws-s3'
import { describe, expect, it } from 'vitest'
import {
  ACCOUNT,
  functionOf,
  ORIGIN,
  only,
  type Synthesised,
  synthesise,
  variablesOf,
} from './synthesised.ts'

const plain = await synthesise()

const bucketOf = (stack: Pick<Synthesised, 'resources'>) =>
  only(stack, 'AWS::S3::Bucket').Properties

describe("the bucket's settings", () => {
  it('close it to the public, encrypt and version it, and disable ACLs', () => {
    const bucket = bucketOf(plain)
    expect(Object.values(bucket.PublicAccessBlockConfiguration)).toEqual([true, true, true, true])
    expect(bucket.VersioningConfiguration).toEqual({ Status: 'Enabled' })
    expect(bucket.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
    const [rule] = bucket.BucketEncryption.ServerSideEncryptionConfiguration
    expect(rule.ServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: 'AES256' })
  })

  it('let exactly the given origins upload and read the headers that the client compares', () => {
    const [rule, ...others] = bucketOf(plain).CorsConfiguration.CorsRules
    expect(others).toEqual([])
    expect(rule.AllowedOrigins).toEqual([ORIGIN])
    expect(rule.AllowedMethods.toSorted()).toEqual(['GET', 'HEAD', 'POST', 'PUT'])
    expect(rule.ExposedHeaders).toEqual(
      expect.arrayContaining(['ETag', 'x-amz-checksum-crc64nvme', 'x-amz-checksum-sha256']),
    )
  })

  it('abort uploads that can no longer be resumed, and expire rejected, unjudged and overwritten objects', () => {
    const rules = bucketOf(plain).LifecycleConfiguration.Rules
    const days = (id: string) => rules.find((rule: { Id: string }) => rule.Id === id)
    expect(days('abort-incomplete-uploads').AbortIncompleteMultipartUpload).toEqual({
      DaysAfterInitiation: 7,
    })
    expect(days('expire-rejected')).toMatchObject({
      ExpirationInDays: 7,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      TagFilters: [{ Key: 'waybill', Value: 'rejected' }],
    })
    expect(days('expire-pending')).toMatchObject({
      // A week to complete the upload, from whose beginning S3 counts, and a week to redrive.
      ExpirationInDays: 14,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      TagFilters: [{ Key: 'waybill', Value: 'pending' }],
    })
    expect(days('expire-noncurrent').NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 30 })
  })

  it('keep incomplete uploads as long as their waybills, whichever is configured', async () => {
    const lives = (stack: Synthesised) => {
      const Variables = variablesOf(stack)
      const [abort] = bucketOf(stack).LifecycleConfiguration.Rules
      const { DaysAfterInitiation: days } = abort.AbortIncompleteMultipartUpload
      return { waybill: Number(Variables.WAYBILL_EXPIRES_IN_SECONDS), days }
    }
    expect(lives(plain)).toEqual({ waybill: 7 * 86_400, days: 7 })
    const longer = await synthesise({ resumableFor: Duration.hours(50) })
    expect(lives(longer)).toEqual({ waybill: 50 * 3600, days: 3 })
  })

  it('send events natively, without a custom resource', () => {
    const { NotificationConfiguration: notification } = bucketOf(plain)
    expect(notification).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } })
    const types = Object.values(plain.resources).map(({ Type }) => Type)
    expect(types.filter((type) => type.startsWith('Custom::'))).toEqual([])
  })

  it('keep the objects when the stack is deleted, except for a demo', async () => {
    const retained = only(plain, 'AWS::S3::Bucket')
    // A create that failed takes its bucket along, so that it can be tried again.
    expect(retained).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
    for (const id of [/Signer/, /Arrival/]) {
      expect(only(plain, 'AWS::Logs::LogGroup', id)).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      })
    }
    const demo = await synthesise({ destroyWithStack: true })
    expect(only(demo, 'AWS::S3::Bucket')).toMatchObject({ DeletionPolicy: 'Delete' })
    expect(only(demo, 'Custom::S3AutoDeleteObjects')).toBeDefined()
  })

  it("use the given name, including one in the account's regional namespace", async () => {
    expect(bucketOf(await synthesise({ bucketName: 'my-uploads' })).BucketName).toBe('my-uploads')
    const bucketNamespace = BucketNamespace.ACCOUNT_REGIONAL
    const regional = await synthesise({ bucketNamespace, bucketNamePrefix: 'my-uploads' })
    expect(bucketOf(regional)).toMatchObject({
      BucketNamespace: 'account-regional',
      BucketNamePrefix: 'my-uploads',
    })
  })

  it("keep the owners' secret and the read denial together with the objects", async () => {
    const keeping = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' }
    const inOwnBucket = await synthesise((stack) => ({
      bucket: new Bucket(stack, 'Mine') as IBucket,
    }))
    const inGivenBucket = await synthesise((stack) => ({
      bucket: Bucket.fromBucketName(stack, 'Theirs', 'their-bucket'),
    }))
    for (const stack of [plain, inOwnBucket]) {
      expect(only(stack, 'AWS::S3::BucketPolicy')).toMatchObject(keeping)
    }
    for (const stack of [plain, inOwnBucket, inGivenBucket]) {
      expect(only(stack, 'AWS::SecretsManager::Secret')).toMatchObject(keeping)
    }
    const demo = await synthesise({ destroyWithStack: true })
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::S3::BucketPolicy']) {
      expect(['Delete', undefined]).toContain(Object(only(demo, type)).DeletionPolicy)
    }
  })

  it('can enable Transfer Acceleration, and then the signer signs for its address', async () => {
    const stack = await synthesise({ transferAcceleration: true })
    expect(bucketOf(stack).AccelerateConfiguration).toEqual({ AccelerationStatus: 'Enabled' })
    const Variables = variablesOf(stack)
    expect(Variables.WAYBILL_ENDPOINT).toBe('https://s3-accelerate.amazonaws.com')
    expect(Variables.WAYBILL_ADDRESSING).toBe('virtual')
  })
})

describe('the functions', () => {
  it.each([/Signer/, /Arrival/])(
    '%s run on the latest Node, on ARM, with a log that expires',
    (id) => {
      expect(functionOf(plain, id)).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      })
      expect(only(plain, 'AWS::Logs::LogGroup', id).Properties.RetentionInDays).toBe(30)
    },
  )

  it("are updated one after the other, because an older arrival could not open a newer signer's waybills", () => {
    const functions = plain.template.findResources('AWS::Lambda::Function')
    const arrival = Object.keys(functions).find((id) => /Arrival/.test(id))
    const signer = Object.entries(functions).find(([id]) => /Signer/.test(id))?.[1]
    expect(signer?.DependsOn).toContain(arrival)
  })

  it('have half a minute per call, and the configured settings', async () => {
    for (const id of [/Signer/, /Arrival/]) {
      expect(functionOf(plain, id)).toMatchObject({ Timeout: 30, MemorySize: 512 })
    }
    const stack = await synthesise({
      timeout: Duration.minutes(2),
      memorySize: 1024,
      environment: { TABLE: 'owners', WAYBILL_BUCKET: 'another' },
      arrivalTimeout: Duration.minutes(1),
      arrivalMemorySize: 768,
    })
    const signer = functionOf(stack, /Signer/)
    expect(signer).toMatchObject({ Timeout: 120, MemorySize: 1024 })
    expect(signer.Environment.Variables.TABLE).toBe('owners')
    expect(signer.Environment.Variables.WAYBILL_BUCKET).not.toBe('another')
    expect(functionOf(stack, /Arrival/)).toMatchObject({ Timeout: 60, MemorySize: 768 })
  })

  it('reserve no concurrency by default, because a new account has none to reserve', async () => {
    expect(functionOf(plain, /Signer/).ReservedConcurrentExecutions).toBeUndefined()
    const stack = await synthesise({ reservedConcurrency: 50 })
    expect(functionOf(stack, /Signer/).ReservedConcurrentExecutions).toBe(50)
  })

  it("leave some concurrency to the account's other functions if arrival has its own limit", async () => {
    expect(functionOf(plain, /Arrival/).ReservedConcurrentExecutions).toBeUndefined()
    const stack = await synthesise({ arrivalConcurrency: 20 })
    expect(functionOf(stack, /Arrival/).ReservedConcurrentExecutions).toBe(20)
    expect(functionOf(stack, /Signer/).ReservedConcurrentExecutions).toBeUndefined()
  })

  it("get the secret's name but never the secret", () => {
    for (const id of [/Signer/, /Arrival/]) {
      const Variables = variablesOf(plain, id)
      expect(Variables.WAYBILL_SECRET_ARN).toMatch(/^arn:aws:secretsmanager:/)
      expect(Variables.WAYBILL_SECRET).toBeUndefined()
      expect(JSON.stringify(Variables)).not.toContain('{{resolve')
    }
  })

  it('store objects as pending by default', async () => {
    const setting = (stack: Synthesised) => variablesOf(stack).WAYBILL_PENDING_TAG
    expect(setting(plain)).toBe('on')
    expect(setting(await synthesise({ pendingTag: false }))).toBe('off')
  })

  it('take rules from props', () => {
    const Variables = variablesOf(plain)
    expect(JSON.parse(Variables.WAYBILL_RULES)).toEqual({
      video: { types: ['video/mp4'], maxSize: 100 * 1024 * 1024, form: true, public: true },
      films: {
        types: ['video/mp4'],
        maxSize: 5 * 1024 ** 3,
        form: 1024,
        expiresInSeconds: 60,
        public: true,
      },
    })
    expect(Variables.WAYBILL_ALLOWED_ORIGINS).toBe(ORIGIN)
  })

  it("run the application's code instead, with the same settings", async () => {
    const signerCode = Code.fromInline('exports.handler = async () => ({})')
    const stack = await synthesise({ signerCode })
    const { Code: code, Environment } = functionOf(stack, /Signer/)
    expect(code.ZipFile).toContain('exports.handler')
    expect(Environment.Variables.WAYBILL_RULES).toBeUndefined()
    expect(Environment.Variables.WAYBILL_BUCKET).toBeDefined()
  })
})

describe('arrival', () => {
  it('receives only events for objects under the prefix in this bucket', () => {
    const { EventPattern } = only(plain, 'AWS::Events::Rule').Properties
    const bucket = only(plain, 'AWS::S3::BucketPolicy').Properties.Bucket
    expect(EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: [bucket] }, object: { key: [{ prefix: 'uploads/' }] } },
    })
  })

  it('puts unprocessable events into one queue, whether the rule or the function failed', () => {
    const [target] = only(plain, 'AWS::Events::Rule').Properties.Targets
    const invoke = only(plain, 'AWS::Lambda::EventInvokeConfig').Properties
    const queue = target.DeadLetterConfig.Arn
    expect(queue).toMatch(/^arn:aws:sqs:/)
    expect(invoke.DestinationConfig.OnFailure.Destination).toBe(queue)
    expect(invoke.MaximumRetryAttempts).toBe(2)
    expect(only(plain, 'AWS::SQS::Queue').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    })
  })

  it('publishes to the given bus, even in another account', async () => {
    const arn = 'arn:aws:events:eu-west-1:999999999999:event-bus/central'
    const stack = await synthesise((scope) => ({
      eventBus: EventBus.fromEventBusArn(scope, 'Central', arn),
    }))
    expect(variablesOf(stack, /Arrival/).WAYBILL_EVENT_BUS).toBe(arn)
    expect(variablesOf(plain, /Arrival/).WAYBILL_EVENT_BUS).toMatch(/:event-bus\/default$/)
  })

  it('does not publish, and may not, if publishing is disabled', async () => {
    const stack = await synthesise({ publish: false })
    expect(variablesOf(stack, /Arrival/)).not.toHaveProperty('WAYBILL_EVENT_BUS')
    const { PolicyDocument } = only(stack, 'AWS::IAM::Policy', /Arrival/).Properties
    expect(JSON.stringify(PolicyDocument)).not.toContain('events:')
    const both = synthesise((scope) => ({
      publish: false,
      eventBus: EventBus.fromEventBusName(scope, 'Central', 'central'),
    }))
    await expect(both).rejects.toThrow('publish is false, but eventBus is set')
  })

  it('waits for the malware scan if there is one', async () => {
    const stack = await synthesise({ malwareScan: true })
    const { name: bucket } = only(plain, 'AWS::Events::Rule').Properties.EventPattern.detail.bucket
    // Nothing is lost while scans are switched on or off: S3's events match before and after.
    expect(only(stack, 'AWS::Events::Rule').Properties.EventPattern).toEqual({
      source: ['aws.s3', 'aws.guardduty'],
      'detail-type': ['Object Created', 'GuardDuty Malware Protection Object Scan Result'],
      detail: {
        $or: [
          { bucket: { name: bucket }, object: { key: [{ prefix: 'uploads/' }] } },
          { s3ObjectDetails: { bucketName: bucket, objectKey: [{ prefix: 'uploads/' }] } },
        ],
      },
    })
    const raw = stack.template.findResources('AWS::Lambda::Function')
    const [, arrival] = Object.entries(raw).find(([id]) => id.includes('Arrival')) ?? []
    expect(arrival?.DependsOn).toContainEqual(expect.stringContaining('MalwareScanPlan'))
    const plan = only(stack, 'AWS::GuardDuty::MalwareProtectionPlan').Properties
    expect(plan.ProtectedResource.S3Bucket.ObjectPrefixes).toEqual(['uploads/'])
    // Two writers of an object's tags would overwrite each other.
    expect(plan.Actions.Tagging.Status).toBe('DISABLED')
    // GuardDuty takes the role for no other account.
    const { AssumeRolePolicyDocument } = only(stack, 'AWS::IAM::Role', /MalwareScan/).Properties
    expect(AssumeRolePolicyDocument.Statement).toMatchObject([
      { Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } } },
    ])
    // A plain event that comes by another way must not verify what was not scanned.
    expect(variablesOf(stack, /Arrival/).WAYBILL_REQUIRE_SCAN).toBe('on')
    expect(variablesOf(plain, /Arrival/).WAYBILL_REQUIRE_SCAN).toBe('off')
    const alarm = only(stack, 'AWS::CloudWatch::Alarm', /NotScanned/).Properties
    expect(alarm).toMatchObject({ Namespace: 'Waybill', MetricName: 'NotScanned', Threshold: 1 })
  })
})
