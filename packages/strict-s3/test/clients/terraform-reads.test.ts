import { startStrictS3 } from 'strict-s3'
import { expect, it, onTestFinished } from 'vitest'
import { terraformReads } from './terraform-reads.ts'

it("answers Terraform's reads with a new bucket's defaults", async () => {
  const { endpoint, region, credentials, close } = await startStrictS3()
  onTestFinished(close)
  expect(await terraformReads({ endpoint, region, credentials })).toEqual({
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
