import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { startStrictS3 } from 'strict-s3'
import { beforeAll, expect, it } from 'vitest'
import { clientOf } from '../start.ts'

const Bucket = 'vault'
const RetainUntilDate = new Date('2040-01-01T00:00:00.000Z')

let client: S3Client

beforeAll(async () => {
  const server = await startStrictS3()
  client = clientOf(server)
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  return () => server.close()
})

it('sets and reads the default retention', async () => {
  const own = 'default-retention'
  await client.send(new CreateBucketCommand({ Bucket: own, ObjectLockEnabledForBucket: true }))
  const ObjectLockConfiguration = {
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 2 } },
  } as const
  await client.send(new PutObjectLockConfigurationCommand({ Bucket: own, ObjectLockConfiguration }))
  expect(await client.send(new GetObjectLockConfigurationCommand({ Bucket: own }))).toMatchObject({
    ObjectLockConfiguration,
  })
  await client.send(new PutObjectCommand({ Bucket: own, Key: 'a', Body: 'x' }))
  const Body = 'x'.repeat(6 * 1024 * 1024)
  await new Upload({ client, params: { Bucket: own, Key: 'b', Body } }).done()
  for (const Key of ['a', 'b']) {
    expect(await client.send(new HeadObjectCommand({ Bucket: own, Key }))).toMatchObject({
      ObjectLockMode: 'GOVERNANCE',
    })
  }
})

it('locks an object when it is put, copied or uploaded in parts', async () => {
  const lock = {
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockRetainUntilDate: RetainUntilDate,
    ObjectLockLegalHoldStatus: 'ON',
  } as const
  await client.send(new PutObjectCommand({ Bucket, Key: 'put', Body: 'x', ...lock }))
  const CopySource = `${Bucket}/put`
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource, ...lock }))
  const Body = 'x'.repeat(6 * 1024 * 1024)
  await new Upload({ client, params: { Bucket, Key: 'uploaded', Body, ...lock } }).done()
  for (const Key of ['put', 'copied', 'uploaded']) {
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(head).toMatchObject(lock)
    const remove = new DeleteObjectCommand({ Bucket, Key, VersionId: head.VersionId })
    await expect(client.send(remove)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Access Denied because object protected by object lock.',
    })
  }
})

it('sets, reads and bypasses the retention of a version', async () => {
  const Key = 'retained'
  const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const version = { Bucket, Key, VersionId }
  await expect(client.send(new GetObjectRetentionCommand(version))).rejects.toMatchObject({
    name: 'NoSuchObjectLockConfiguration',
  })
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate } as const
  await client.send(new PutObjectRetentionCommand({ ...version, Retention }))
  expect(await client.send(new GetObjectRetentionCommand(version))).toMatchObject({ Retention })
  const Delete = { Objects: [{ Key, VersionId }] }
  const first = await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
  expect(first.Errors).toMatchObject([{ Key, VersionId, Code: 'AccessDenied' }])
  const bypass = { BypassGovernanceRetention: true }
  const second = await client.send(new DeleteObjectsCommand({ Bucket, Delete, ...bypass }))
  expect(second).toMatchObject({ Deleted: [{ Key, VersionId }] })
})

it('places and releases a legal hold', async () => {
  const Key = 'held'
  const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))
  const version = { Bucket, Key, VersionId }
  for (const Status of ['ON', 'OFF'] as const) {
    await client.send(new PutObjectLegalHoldCommand({ ...version, LegalHold: { Status } }))
    expect(await client.send(new GetObjectLegalHoldCommand(version))).toMatchObject({
      LegalHold: { Status },
    })
  }
  await client.send(new DeleteObjectCommand(version))
})
