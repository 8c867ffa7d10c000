import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetObjectAclCommand,
  PutBucketAclCommand,
  PutBucketTaggingCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3Options, startStrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { clientOf, start } from '../start.ts'

const Bucket = 'uploads'
const OPEN = { objectOwnership: 'ObjectWriter', publicAcls: true } as const

async function startWithAcls(options: StrictS3Options = {}) {
  const { server } = await start(options)
  const client = clientOf(server)
  const read = async (key: string) => (await fetch(`${server.endpoint}/${Bucket}/${key}`)).status
  return { client, read, server }
}

async function grantsOf(client: S3Client, Key: string): Promise<unknown> {
  const { Grants } = await client.send(new GetObjectAclCommand({ Bucket, Key }))
  return Grants?.map(({ Permission, Grantee }) => `${Grantee?.Type} ${Permission}`)
}

describe('startStrictS3 with objectOwnership and publicAcls', () => {
  it("lets objects be public in each of the server's buckets", async () => {
    const { client, read, server } = await startWithAcls(OPEN)
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ACL: 'public-read' }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x', ACL: 'private' }))
    expect([await read('a'), await read('b')]).toEqual([200, 403])
    await client.send(new CreateBucketCommand({ Bucket: 'other', ACL: 'public-read' }))
    const { OwnershipControls } = await client.send(
      new GetBucketOwnershipControlsCommand({ Bucket: 'other' }),
    )
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'ObjectWriter' }])
    expect((await fetch(`${server.endpoint}/other`)).status).toBe(200)
  })

  it('never lets an anonymous reader of a bucket change the ACL of an object that does not exist yet', async () => {
    const { client, server } = await startWithAcls(OPEN)
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
    const url = `${server.endpoint}/${Bucket}/later`
    const headers = { 'x-amz-acl': 'public-read' }
    expect((await fetch(`${url}?acl`, { method: 'PUT', headers })).status).toBe(403)
    expect((await fetch(url)).status).toBe(404)
  })

  it('needs both options to make anything public', async () => {
    const { client } = await startWithAcls({ objectOwnership: 'ObjectWriter' })
    const put = new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ACL: 'public-read' })
    await expect(client.send(put)).rejects.toMatchObject({ name: 'AccessDenied' })
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ACL: 'private' }))
    await expect(startStrictS3({ publicAcls: true })).rejects.toThrow(
      'publicAcls is true and objectOwnership is not set, expected ObjectWriter or BucketOwnerPreferred',
    )
  })

  it('keeps ACLs, tags and the ownership across a restart, and applies the options to existing buckets', async () => {
    const dir = temporaryFolder('waybill-acls-')
    const first = await startWithAcls({ dir })
    await first.client.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'x' }))
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] }
    await first.client.send(new PutBucketTaggingCommand({ Bucket, Tagging }))
    await first.server.close()

    const second = await startWithAcls({ dir, ...OPEN })
    const { client } = second
    const ACL = 'public-read'
    await client.send(new PutObjectAclCommand({ Bucket, Key: 'old', ACL }))
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'old', Tagging }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'new', Body: 'x', ACL }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'closed', Body: 'x', ACL }))
    await client.send(new PutObjectAclCommand({ Bucket, Key: 'closed', ACL: 'private' }))
    await client.send(new PutBucketAclCommand({ Bucket, ACL }))
    const address = { Bucket, Key: 'parts' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...address, ACL }))
    await second.server.close()

    const third = await startWithAcls({ dir, buckets: [] })
    const part = { ...address, UploadId, PartNumber: 1 }
    const { ETag } = await third.client.send(new UploadPartCommand({ ...part, Body: 'x' }))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await third.client.send(
      new CompleteMultipartUploadCommand({ ...address, UploadId, MultipartUpload }),
    )
    const keys = ['old', 'new', 'parts', 'closed']
    expect(await Promise.all(keys.map(third.read))).toEqual([200, 200, 200, 403])
    expect(await grantsOf(third.client, 'old')).toEqual([
      'CanonicalUser FULL_CONTROL',
      'Group READ',
    ])
    expect((await third.client.send(new GetBucketAclCommand({ Bucket }))).Grants).toHaveLength(2)
    const { TagSet } = await third.client.send(new GetBucketTaggingCommand({ Bucket }))
    expect(TagSet).toEqual(Tagging.TagSet)
  })
})

describe('a key pair with readOnly', () => {
  it('cannot set an ACL, even if everyone else may', async () => {
    const reader = { accessKeyId: 'reader', secretAccessKey: 'reader-secret', readOnly: true }
    const owner = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
    const { client, server } = await startWithAcls({ ...OPEN, credentials: [owner, reader] })
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }))
    const limited = clientOf({ ...server, credentials: reader })
    const denied = { name: 'AccessDenied' }
    for (const send of [
      () => limited.send(new PutObjectAclCommand({ Bucket, Key: 'a', ACL: 'public-read' })),
      () => limited.send(new PutBucketAclCommand({ Bucket, ACL: 'private' })),
      () => limited.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x' })),
    ]) {
      await expect(send()).rejects.toMatchObject(denied)
    }
  })
})
