import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import type { StrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import { clientOf, start } from '../start.ts'

const Bucket = 'uploads'
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:123456789012:key/${KEY}`
const UNDER_KEY = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: ARN, BucketKeyEnabled: true }

const byDefault = new PutBucketEncryptionCommand({
  Bucket,
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
        BucketKeyEnabled: true,
      },
    ],
  },
})

describe('startStrictS3', () => {
  let dir: string
  let server: StrictS3 | undefined
  let client: S3Client

  /** On the same directory, after a stop. */
  async function startAgain(): Promise<void> {
    await server?.close()
    server = (await start({ dir })).server
    client = clientOf(server)
  }

  beforeEach(async () => {
    dir = temporaryFolder('waybill-encryption-')
    await startAgain()
  })

  const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }))

  it('remembers across a restart how an object and a bucket are encrypted', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'before', Body: 'x' }))
    await client.send(byDefault)
    await client.send(new PutObjectCommand({ Bucket, Key: 'after', Body: 'x' }))
    await startAgain()
    expect(await head('before')).toMatchObject({ ServerSideEncryption: 'AES256' })
    expect(await head('after')).toMatchObject(UNDER_KEY)
    const { ServerSideEncryptionConfiguration: configuration } = await client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    )
    expect(configuration?.Rules?.[0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
      BucketKeyEnabled: true,
    })
  })

  it('completes an upload after a restart under the key with which it began', async () => {
    const create = new CreateMultipartUploadCommand({
      Bucket,
      Key: 'parts',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KEY,
      BucketKeyEnabled: true,
    })
    const { UploadId } = await client.send(create)
    const address = { Bucket, Key: 'parts', UploadId }
    const part = new UploadPartCommand({ ...address, PartNumber: 1, Body: 'hello' })
    const { ETag } = await client.send(part)
    await startAgain()
    const Parts = [{ PartNumber: 1, ETag }]
    await client.send(
      new CompleteMultipartUploadCommand({ ...address, MultipartUpload: { Parts } }),
    )
    expect(await head('parts')).toMatchObject(UNDER_KEY)
  })

  it('writes the same records for SSE-S3 objects as it always has', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }))
    const objects = join(dir, 'buckets', Bucket, 'objects')
    const [file = ''] = await readdir(objects)
    expect(await readFile(join(objects, file), 'latin1')).not.toContain('encryption')
  })
})
