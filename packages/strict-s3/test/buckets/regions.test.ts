import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  type ListBucketsCommandInput,
  PutObjectCommand,
  paginateListBuckets,
  type S3Client,
} from '@aws-sdk/client-s3'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import type { StrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { presignPost, presignUrl } from 'waybill-s3'
import { System } from '../../../../test/conformance/system.ts'
import { clientOf, start } from '../start.ts'

const REGIONS = ['us-east-1', 'eu-west-1', 'eu-central-1']

async function startIn(dir?: string, region: string | readonly string[] = REGIONS) {
  return (await start({ region, buckets: ['first'], ...(dir ? { dir } : {}) })).server
}

const clientIn = (region: string, server: StrictS3) => clientOf({ ...server, region })

function created(Bucket: string, location?: BucketLocationConstraint) {
  const configuration = { CreateBucketConfiguration: { LocationConstraint: location } }
  return new CreateBucketCommand({ Bucket, ...(location && configuration) })
}

/** The names on each page. */
async function pagesOf(client: S3Client, query: ListBucketsCommandInput): Promise<unknown[]> {
  const pages: unknown[] = []
  for await (const { Buckets = [] } of paginateListBuckets({ client }, query)) {
    pages.push(Buckets.map(({ Name }) => Name))
  }
  return pages
}

describe('a list of buckets', () => {
  it('supports pages, a prefix and a region', async () => {
    const server = await startIn()
    const client = clientIn('us-east-1', server)
    await client.send(created('photos-eu', 'eu-west-1'))
    await client.send(created('photos-us'))
    expect(await pagesOf(client, { MaxBuckets: 2 })).toEqual([
      ['first', 'photos-eu'],
      ['photos-us'],
    ])
    expect(await pagesOf(client, { MaxBuckets: 3 })).toEqual([['first', 'photos-eu', 'photos-us']])
    expect(await pagesOf(client, { MaxBuckets: 1, Prefix: 'photos-' })).toEqual([
      ['photos-eu'],
      ['photos-us'],
    ])
    expect(await pagesOf(client, { BucketRegion: 'eu-west-1' })).toEqual([['photos-eu']])
    const none = client.send(new ListBucketsCommand({ MaxBuckets: 0 }))
    await expect(none).rejects.toMatchObject({ name: 'InvalidArgument' })
    const forged = client.send(new ListBucketsCommand({ ContinuationToken: 'abc' }))
    await expect(forged).rejects.toMatchObject({ name: 'InvalidArgument' })
    const nowhere = client.send(new ListBucketsCommand({ BucketRegion: 'eu-east-1' }))
    await expect(nowhere).rejects.toMatchObject({ name: 'InvalidArgument' })
  })

  it('names regions only if the request asks for pages, a prefix or a region', async () => {
    const client = clientIn('us-east-1', await startIn())
    const BucketArn = 'arn:aws:s3:::first'
    const { Buckets: plain } = await client.send(new ListBucketsCommand())
    expect(plain).toEqual([{ Name: 'first', CreationDate: expect.any(Date), BucketArn }])
    const { Buckets } = await client.send(new ListBucketsCommand({ Prefix: 'f' }))
    expect(Buckets).toMatchObject([{ BucketRegion: 'us-east-1', BucketArn }])
  })
})

describe('a server with several regions', () => {
  it('keeps each bucket in the region where it was created', async () => {
    const server = await startIn()
    const ireland = clientIn('eu-west-1', server)
    await ireland.send(created('ireland', 'eu-west-1'))
    await clientIn('us-east-1', server).send(created('frankfurt', 'eu-central-1'))
    await clientIn('us-east-1', server).send(created('virginia'))
    const { Buckets } = await ireland.send(new ListBucketsCommand({ MaxBuckets: 10 }))
    expect(Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([
      ['first', 'us-east-1'],
      ['frankfurt', 'eu-central-1'],
      ['ireland', 'eu-west-1'],
      ['virginia', 'us-east-1'],
    ])
    const { LocationConstraint } = await ireland.send(
      new GetBucketLocationCommand({ Bucket: 'ireland' }),
    )
    expect(LocationConstraint).toBe('eu-west-1')
    // AWS answers this, and only this, to a signature for us-east-1 too.
    const virginia = new System({ ...server, region: 'us-east-1' }, 'ireland')
    const location = await virginia.signed({ query: { location: '' } })
    expect((await virginia.send(location)).body.toString()).toMatch(
      /\n<LocationConstraint xmlns="[^"]+">eu-west-1<\/LocationConstraint>$/,
    )
    const head = await ireland.send(new HeadBucketCommand({ Bucket: 'ireland' }))
    expect(head.BucketRegion).toBe('eu-west-1')
  })

  it('rejects requests signed for another region, and names the right one', async () => {
    const server = await startIn()
    await clientIn('eu-west-1', server).send(created('ireland', 'eu-west-1'))
    for (const [bucket, region, right] of [
      ['ireland', 'us-east-1', 'eu-west-1'],
      ['first', 'eu-west-1', 'us-east-1'],
    ] as const) {
      const { endpoint, credentials } = server
      const place = { endpoint, credentials, bucket, key: 'a', region }
      const { url } = await presignUrl({ ...place, method: 'GET' })
      const answer = await fetch(url)
      expect(answer.status).toBe(400)
      expect(answer.headers.get('x-amz-bucket-region')).toBe(right)
      const post = await presignPost(place)
      const body = new FormData()
      for (const [name, value] of Object.entries(post.fields)) body.append(name, value)
      body.append('file', new Blob(['hello']))
      expect((await fetch(post.url, { method: 'POST', body })).status).toBe(400)
    }
  })

  it("reports an object with its bucket's region", async () => {
    const server = await startIn()
    const ireland = clientIn('eu-west-1', server)
    await ireland.send(created('ireland', 'eu-west-1'))
    const regions: string[] = []
    server.onObjectCreated(({ region }) => regions.push(region))
    await ireland.send(new PutObjectCommand({ Bucket: 'ireland', Key: 'a', Body: 'x' }))
    expect(regions).toEqual(['eu-west-1'])
  })

  it('refuses to create buckets that AWS would refuse', async () => {
    const server = await startIn()
    const illegal = { name: 'IllegalLocationConstraintException' }
    const ireland = clientIn('eu-west-1', server)
    await expect(ireland.send(created('a-1', 'eu-central-1'))).rejects.toMatchObject(illegal)
    const virginia = clientIn('us-east-1', server)
    await expect(virginia.send(created('a-1', 'eu-west-3'))).rejects.toMatchObject(illegal)
    await ireland.send(created('a-1', 'eu-west-1'))
    // The SDK sends the client's region.
    const system = new System({ ...server, region: 'eu-west-1' }, 'a-2')
    const nowhere = await system.reply({ method: 'PUT' })
    expect(nowhere.body.toString()).toContain('<Message>The unspecified location constraint')
    const mine = { name: 'BucketAlreadyOwnedByYou' }
    await expect(ireland.send(created('a-1', 'eu-west-1'))).rejects.toMatchObject(mine)
  })

  it('keeps the old name of eu-west-1 for a bucket that was created with it', async () => {
    const dir = await temporaryDirectory()
    const before = await startIn(dir)
    await clientIn('eu-west-1', before).send(created('ireland', 'EU'))
    await before.close()
    const ireland = clientIn('eu-west-1', await startIn(dir))
    const { LocationConstraint } = await ireland.send(
      new GetBucketLocationCommand({ Bucket: 'ireland' }),
    )
    expect(LocationConstraint).toBe('EU')
    const { Buckets } = await ireland.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }))
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['ireland'])
  })

  it('keeps the buckets in their regions across a restart', async () => {
    const dir = await temporaryDirectory()
    const before = await startIn(dir)
    const place = { Bucket: 'ireland', Key: 'a' }
    await clientIn('eu-west-1', before).send(created('ireland', 'eu-west-1'))
    await clientIn('eu-west-1', before).send(new PutObjectCommand({ ...place, Body: 'hello' }))
    await before.close()
    const after = await startIn(dir)
    const { Body } = await clientIn('eu-west-1', after).send(new GetObjectCommand(place))
    expect(await Body?.transformToString()).toBe('hello')
    await after.close()
    const single = await startIn(dir, 'us-west-2')
    await clientIn('us-west-2', single).send(new GetObjectCommand(place))
  })
})
