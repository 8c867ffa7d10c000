/**
 * What Terraform's AWS provider reads of a bucket at each plan (`resourceBucketRead` and the resources beside it), in
 * its order. It takes an absent setting for one of these codes, and anything else for a failure.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/s3/bucket.go
 * @module
 */

import {
  CreateBucketCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketIntelligentTieringConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { clientOf, start } from '../start.ts'

const Bucket = 'terraform'
const Tagging = { TagSet: [{ Key: 'team', Value: 'web' }] }

it("answers Terraform's reads with a new bucket's defaults", async () => {
  const s3 = clientOf((await start()).server)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }))
  const reads: Readonly<Record<string, () => Promise<object>>> = {
    HeadBucket: () => s3.send(new HeadBucketCommand({ Bucket })),
    GetBucketPolicy: () => s3.send(new GetBucketPolicyCommand({ Bucket })),
    GetBucketAcl: () => s3.send(new GetBucketAclCommand({ Bucket })),
    GetBucketCors: () => s3.send(new GetBucketCorsCommand({ Bucket })),
    GetBucketWebsite: () => s3.send(new GetBucketWebsiteCommand({ Bucket })),
    GetBucketVersioning: () => s3.send(new GetBucketVersioningCommand({ Bucket })),
    GetBucketAccelerateConfiguration: () =>
      s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket })),
    GetBucketRequestPayment: () => s3.send(new GetBucketRequestPaymentCommand({ Bucket })),
    GetBucketLogging: () => s3.send(new GetBucketLoggingCommand({ Bucket })),
    GetBucketLifecycleConfiguration: () =>
      s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    GetBucketReplication: () => s3.send(new GetBucketReplicationCommand({ Bucket })),
    GetBucketEncryption: () => s3.send(new GetBucketEncryptionCommand({ Bucket })),
    GetObjectLockConfiguration: () => s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
    GetBucketLocation: () => s3.send(new GetBucketLocationCommand({ Bucket })),
    GetBucketTagging: () => s3.send(new GetBucketTaggingCommand({ Bucket })),
    GetBucketOwnershipControls: () => s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
    GetBucketNotificationConfiguration: () =>
      s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
    GetPublicAccessBlock: () => s3.send(new GetPublicAccessBlockCommand({ Bucket })),
    GetBucketIntelligentTieringConfiguration: () =>
      s3.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id: 'all' })),
  }
  const found: Record<string, object | string> = {}
  for (const [operation, read] of Object.entries(reads)) found[operation] = await seen(read)
  expect(found).toEqual({
    HeadBucket: expect.objectContaining({ BucketRegion: 'us-east-1' }),
    GetBucketPolicy: 'NoSuchBucketPolicy',
    GetBucketAcl: { Owner: expect.anything(), Grants: [expect.anything()] },
    GetBucketCors: 'NoSuchCORSConfiguration',
    GetBucketWebsite: 'NoSuchWebsiteConfiguration',
    GetBucketVersioning: {},
    GetBucketAccelerateConfiguration: {},
    GetBucketRequestPayment: { Payer: 'BucketOwner' },
    GetBucketLogging: {},
    GetBucketLifecycleConfiguration: 'NoSuchLifecycleConfiguration',
    GetBucketReplication: 'ReplicationConfigurationNotFoundError',
    GetBucketEncryption: { ServerSideEncryptionConfiguration: expect.anything() },
    GetObjectLockConfiguration: 'ObjectLockConfigurationNotFoundError',
    GetBucketLocation: {},
    GetBucketTagging: { TagSet: [{ Key: 'team', Value: 'web' }] },
    GetBucketOwnershipControls: {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    },
    GetBucketNotificationConfiguration: {},
    GetPublicAccessBlock: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    },
    GetBucketIntelligentTieringConfiguration: 'NoSuchConfiguration',
  })
})

async function seen(read: () => Promise<object>): Promise<object | string> {
  try {
    const { $metadata: _, ...answer } = Object(await read())
    return answer
  } catch (error) {
    if (error instanceof S3ServiceException) return error.name
    throw error
  }
}
