/**
 * ACLs by the server's options, over a restart and beside the rights of a key pair.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { type StrictS3Options, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'

const Bucket = 'uploads'
const OPEN = { objectOwnership: 'ObjectWriter', publicAcls: true } as const

async function start(options: StrictS3Options = {}) {
  const server = await startStrictS3({ buckets: [Bucket], ...options })
  const { endpoint, region, credentials } = server
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  const stop = async () => {
    client.destroy()
    await server.close()
  }
  onTestFinished(stop)
  const read = async (key: string) => (await fetch(`${endpoint}/${Bucket}/${key}`)).status
  return { client, read, server, stop }
}

async function grantsOf(client: S3Client, Key: string): Promise<unknown> {
  const { Grants } = await client.send(new GetObjectAclCommand({ Bucket, Key }))
  return Grants?.map(({ Permission, Grantee }) => `${Grantee?.Type} ${Permission}`)
}

describe('startStrictS3 with objectOwnership and publicAcls', () => {
  it("lets objects be public in each of the server's buckets", async () => {
    const { client, read, server } = await start(OPEN)
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
    const { client, server } = await start(OPEN)
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
    const url = `${server.endpoint}/${Bucket}/later`
    const headers = { 'x-amz-acl': 'public-read' }
    expect((await fetch(`${url}?acl`, { method: 'PUT', headers })).status).toBe(403)
    expect((await fetch(url)).status).toBe(404)
  })

  it('needs both options to make anything public', async () => {
    const { client } = await start({ objectOwnership: 'ObjectWriter' })
    const put = new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ACL: 'public-read' })
    await expect(client.send(put)).rejects.toMatchObject({ name: 'AccessDenied' })
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ACL: 'private' }))
    await expect(startStrictS3({ publicAcls: true })).rejects.toThrow(
      'publicAcls is true and objectOwnership is not set, expected ObjectWriter or BucketOwnerPreferred',
    )
  })

  it('keeps ACLs, tags and the ownership across a restart, and applies the options to existing buckets', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'waybill-acls-'))
    onTestFinished(() => rm(dir, { recursive: true }))
    const first = await start({ dir })
    await first.client.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'x' }))
    const Tagging = { TagSet: [{ Key: 'a', Value: 'b' }] }
    await first.client.send(new PutBucketTaggingCommand({ Bucket, Tagging }))
    await first.stop()

    const second = await start({ dir, ...OPEN })
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
    await second.stop()

    const third = await start({ dir, buckets: [] })
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
    const { client, server } = await start({ ...OPEN, credentials: [owner, reader] })
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
    await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read-write' }))
    const { endpoint, region } = server
    const limited = new S3Client({ endpoint, region, credentials: reader, forcePathStyle: true })
    onTestFinished(() => limited.destroy())
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
