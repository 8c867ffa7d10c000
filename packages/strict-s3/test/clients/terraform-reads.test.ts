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
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'

const Bucket = 'terraform'
const tag = { Key: 'team', Value: 'web' }

describe('the reads of Terraform', () => {
  it('find the defaults of a bucket that it has made', async () => {
    const { endpoint, region, credentials, close } = await startStrictS3()
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
    onTestFinished(async () => {
      client.destroy()
      await close()
    })
    await client.send(new CreateBucketCommand({ Bucket }))
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [tag] } }))
    const reads: Readonly<Record<string, (client: S3Client) => Promise<object>>> = {
      HeadBucket: (s3) => s3.send(new HeadBucketCommand({ Bucket })),
      GetBucketPolicy: (s3) => s3.send(new GetBucketPolicyCommand({ Bucket })),
      GetBucketAcl: (s3) => s3.send(new GetBucketAclCommand({ Bucket })),
      GetBucketCors: (s3) => s3.send(new GetBucketCorsCommand({ Bucket })),
      GetBucketWebsite: (s3) => s3.send(new GetBucketWebsiteCommand({ Bucket })),
      GetBucketVersioning: (s3) => s3.send(new GetBucketVersioningCommand({ Bucket })),
      GetBucketAccelerateConfiguration: (s3) =>
        s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket })),
      GetBucketRequestPayment: (s3) => s3.send(new GetBucketRequestPaymentCommand({ Bucket })),
      GetBucketLogging: (s3) => s3.send(new GetBucketLoggingCommand({ Bucket })),
      GetBucketLifecycleConfiguration: (s3) =>
        s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      GetBucketReplication: (s3) => s3.send(new GetBucketReplicationCommand({ Bucket })),
      GetBucketEncryption: (s3) => s3.send(new GetBucketEncryptionCommand({ Bucket })),
      GetObjectLockConfiguration: (s3) =>
        s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
      GetBucketLocation: (s3) => s3.send(new GetBucketLocationCommand({ Bucket })),
      GetBucketTagging: (s3) => s3.send(new GetBucketTaggingCommand({ Bucket })),
      GetBucketOwnershipControls: (s3) =>
        s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
      GetBucketNotificationConfiguration: (s3) =>
        s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
      GetPublicAccessBlock: (s3) => s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      GetBucketIntelligentTieringConfiguration: (s3) =>
        s3.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id: 'all' })),
    }
    const found: Record<string, object | string> = {}
    for (const [operation, read] of Object.entries(reads))
      found[operation] = await seen(client, read)
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
      GetBucketTagging: { TagSet: [tag] },
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
})

/** @returns The answer without the SDK's own metadata, or the code of the error. */
async function seen(
  client: S3Client,
  read: (client: S3Client) => Promise<object>,
): Promise<object | string> {
  try {
    return Object.fromEntries(
      Object.entries(await read(client)).filter(
        ([name, value]) => name !== '$metadata' && value !== undefined,
      ),
    )
  } catch (error) {
    if (error instanceof S3ServiceException) return error.name
    throw error
  }
}
