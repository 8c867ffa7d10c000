import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  type Tag,
} from '@aws-sdk/client-s3'
import { type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { afterEach, describe, expect, it } from 'vitest'

const AT = { Bucket: 'tagged', Key: 'a' }
const TAGS: Tag[] = [
  { Key: 'waybill', Value: 'verified' },
  { Key: 'team', Value: 'film + ton: größer' },
]

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function start(options: StrictS3Options = {}): Promise<{ s3: StrictS3; client: S3Client }> {
  const s3 = await startStrictS3({ buckets: [AT.Bucket], ...options })
  const { region, endpoint, credentials } = s3
  const client = new S3Client({ region, endpoint, credentials, forcePathStyle: true })
  open.push(s3, { close: async () => client.destroy() })
  return { s3, client }
}

const put = (client: S3Client, tags: Tag[]) =>
  client.send(new PutObjectTaggingCommand({ ...AT, Tagging: { TagSet: tags } }))

async function get(client: S3Client): Promise<Tag[] | undefined> {
  return (await client.send(new GetObjectTaggingCommand(AT))).TagSet
}

describe('object tags', () => {
  it('are replaced as a whole, counted in HEAD responses, and deleted', async () => {
    const { client } = await start()
    await client.send(new PutObjectCommand({ ...AT, Body: 'x', Tagging: 'first=1' }))
    const before = await client.send(new HeadObjectCommand(AT))
    await put(client, TAGS)
    expect(await get(client)).toEqual(TAGS)
    const head = await client.send(new HeadObjectCommand(AT))
    expect(head.TagCount).toBe(2)
    expect(head.LastModified).toEqual(before.LastModified)
    await client.send(new DeleteObjectTaggingCommand(AT))
    expect(await get(client)).toEqual([])
  })

  it('survive a restart, and disappear when another object replaces theirs', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'waybill-tags-'))
    open.push({ close: () => rm(dir, { recursive: true }) })
    const first = await start({ dir })
    await first.client.send(new PutObjectCommand({ ...AT, Body: 'x' }))
    await put(first.client, TAGS)
    await first.s3.close()
    const second = await start({ dir })
    expect(await get(second.client)).toEqual(TAGS)
    await second.client.send(new PutObjectCommand({ ...AT, Body: 'y' }))
    expect(await get(second.client)).toEqual([])
  })

  it.each([
    ['a key twice', [TAGS[0], TAGS[0]] as Tag[], 'InvalidTag'],
    ['a character that tags cannot have', [{ Key: 'a', Value: '<b>' }], 'InvalidTag'],
    ['eleven', Array.from({ length: 11 }, (_, i) => ({ Key: `k${i}`, Value: '' })), 'BadRequest'],
    ['far too much', [{ Key: 'a', Value: 'b'.repeat(70_000) }], 'MaxMessageLengthExceeded'],
  ])('are rejected with %s, and stay unchanged', async (_what, tags, code) => {
    const { client } = await start()
    await client.send(new PutObjectCommand({ ...AT, Body: 'x', Tagging: 'first=1' }))
    await expect(put(client, tags)).rejects.toMatchObject({ name: code })
    expect(await get(client)).toEqual([{ Key: 'first', Value: '1' }])
  })

  it('need an existing object', async () => {
    const { client } = await start()
    await expect(put(client, TAGS)).rejects.toMatchObject({ name: 'NoSuchKey' })
    await expect(get(client)).rejects.toMatchObject({ name: 'NoSuchKey' })
  })
})
