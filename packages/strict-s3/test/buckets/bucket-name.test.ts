/**
 * Buckets in the account-regional namespace. Which account it is, no table can know that is held against any server.
 *
 * @module
 */

import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { clientOf, start } from '../start.ts'

const BucketNamespace = 'account-regional'

it.each(['us-east-1', 'eu-central-1'])(
  "creates a bucket in the account's namespace of %s, but only once",
  async (region) => {
    const Bucket = `mine-123456789012-${region}-an`
    const client = await startServer(region)
    const create = new CreateBucketCommand({
      Bucket,
      BucketNamespace,
      ...(region === 'us-east-1'
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
    })
    expect(await client.send(create)).toMatchObject({ BucketArn: `arn:aws:s3:::${Bucket}` })
    await client.send(new HeadBucketCommand({ Bucket }))
    await expect(client.send(create)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' })
  },
)

it("creates no bucket in the account's namespace of another region", async () => {
  const client = await startServer('us-east-1')
  const Bucket = 'mine-123456789012-eu-central-1-an'
  await expect(
    client.send(new CreateBucketCommand({ Bucket, BucketNamespace })),
  ).rejects.toMatchObject({
    name: 'InvalidBucketNamespace',
    message: expect.stringContaining("region 'eu-central-1' does not match the current region"),
  })
})

it("accepts buckets in the account's namespace as an option", async () => {
  const bucket = 'mine-123456789012-us-east-1-an'
  const client = await startServer('us-east-1', [bucket])
  await client.send(new HeadBucketCommand({ Bucket: bucket }))
})

async function startServer(region: string, buckets: readonly string[] = []) {
  return clientOf((await start({ region, buckets })).server)
}
