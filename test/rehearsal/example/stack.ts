/**
 * A stack as users write it, with a switch (`-c name=value`) for each part that is optional. Tests
 * deploy it to a simulated account, and check it with cdk-nag and cfn-lint.
 *
 * @module
 */

import {
  Annotations,
  type App,
  CfnOutput,
  Duration,
  type Environment,
  RemovalPolicy,
  Size,
  Stack,
  Validations,
} from 'aws-cdk-lib'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { type DeclaredRule, Delivery, WaybillUploads } from 'waybill-aws/cdk'

const RULES: Readonly<Record<string, DeclaredRule>> = {
  files: {
    types: ['video/mp4', 'image/*', 'text/plain', 'application/pdf'],
    maxSize: Size.gibibytes(5),
    form: Size.mebibytes(100),
    public: true,
  },
}

/** Adds the stack to an app. With an empty `env`, the template works for any account and region. */
export function addExample(app: App, env: Environment): Stack {
  const given = (name: string) => app.node.tryGetContext(name)
  const flag = (name: string) => String(given(name)) === 'true'
  const stack = new Stack(app, given('stack') ?? 'WaybillDemo', env.account ? { env } : {})
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  // CDK adds `DependsOn` for a role and its policy, even if a reference already implies it.
  stack.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } }
  const destroyWithStack = flag('demo')
  // A `Bucket` is an `IBucket`. TypeScript only disagrees because of exactOptionalPropertyTypes,
  // which CDK does not use.
  const logs = new Bucket(stack, 'Logs', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    // CloudFront writes its logs with an ACL.
    objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
    lifecycleRules: [{ id: 'expire-logs', expiration: Duration.days(90) }],
    removalPolicy: destroyWithStack
      ? RemovalPolicy.DESTROY
      : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    autoDeleteObjects: destroyWithStack,
  }) as IBucket
  const concurrency = given('reservedConcurrency')
  const uploads = new WaybillUploads(stack, 'Uploads', {
    allowedOrigins: ['https://app.example.com'],
    auth: { type: 'none' },
    rules: RULES,
    accessLogs: logs,
    destroyWithStack,
    logRemovalPolicy: destroyWithStack
      ? RemovalPolicy.DESTROY
      : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    malwareScan: flag('malwareScan'),
    transferAcceleration: flag('transferAcceleration'),
    ...(concurrency === undefined
      ? {}
      : { reservedConcurrency: concurrency === 'unreserved' ? concurrency : Number(concurrency) }),
  })
  Annotations.of(uploads).acknowledgeWarning('waybill:silent-alarms')
  new CfnOutput(stack, 'SignerUrl', { value: uploads.signerUrl })
  new CfnOutput(stack, 'BucketName', { value: uploads.bucket.bucketName })
  new CfnOutput(stack, 'ArrivalFunction', { value: uploads.arrival.function.functionName })
  if (flag('delivery')) {
    const props = { bucket: uploads.bucket, viewers: 'everybody', accessLogs: logs } as const
    const { url } = new Delivery(stack, 'Delivery', props)
    new CfnOutput(stack, 'DeliveryUrl', { value: url })
  }
  return stack
}
