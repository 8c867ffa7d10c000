/**
 * An application whose deployment changes while it has users: notifications on its bucket, a new key for links, a
 * bucket and a secret that an earlier deployment has left. `changes.test.ts` deploys it.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { App, CfnOutput, Size, Stack } from 'aws-cdk-lib'
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { Delivery, WaybillUploads } from 'waybill-aws/cdk'

const app = new App()
const given = (name: string): string | undefined => app.node.tryGetContext(name)

const stack = new Stack(app, given('stack') ?? 'Uploads')
const [bucketName, secretArn] = [given('bucket'), given('secret')]
const uploads = new WaybillUploads(stack, 'Uploads', {
  allowedOrigins: ['https://app.example.com'],
  auth: { type: 'iam' },
  rules: {
    notes: { types: ['text/plain'], maxSize: Size.mebibytes(1), form: true, read: true },
  },
  ...(bucketName ? { bucket: Bucket.fromBucketName(stack, 'Kept', bucketName) } : {}),
  ...(secretArn ? { secret: Secret.fromSecretCompleteArn(stack, 'KeptSecret', secretArn) } : {}),
})

const events = { removed: EventType.OBJECT_REMOVED, tagged: EventType.OBJECT_TAGGING }
for (const [name, event] of Object.entries(events)) {
  const queue = new Queue(stack, `Queue${name}`)
  if (given('notify')?.split(',').includes(name)) {
    uploads.bucket.addEventNotification(event, new SqsDestination(queue))
  }
}

const [keyFile, otherFile] = [given('key'), given('otherKey')]
if (keyFile) {
  const privateKey = Secret.fromSecretNameV2(stack, 'LinkKey', 'waybill-links')
  new Delivery(stack, 'Delivery', {
    bucket: uploads.bucket,
    links: {
      signer: uploads.signer,
      publicKey: readFileSync(keyFile, 'utf8'),
      privateKey,
      ...(otherFile ? { otherPublicKeys: [readFileSync(otherFile, 'utf8')] } : {}),
    },
  })
}

const outputs = {
  BucketName: uploads.bucket.bucketName,
  SecretArn: uploads.secret.secretArn,
}
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value })
