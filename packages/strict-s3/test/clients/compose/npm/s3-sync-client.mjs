import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { S3SyncClient } from 's3-sync-client'
import { client, makeBucket } from './buckets.js'

await makeBucket('s3-sync')
mkdirSync('tree/ünter', { recursive: true })
writeFileSync('tree/ünter/a b.txt', 'one')
writeFileSync('tree/large', Buffer.alloc(20_000_000, 'x'))
const { sync } = new S3SyncClient({ client })
await sync('tree', 's3://s3-sync/tree')
await sync('s3://s3-sync/tree', 's3://s3-sync/copy')
await sync('s3://s3-sync/copy', 'back')
assert.equal(readFileSync('back/ünter/a b.txt', 'utf8'), 'one')
assert.deepEqual(readFileSync('back/large'), readFileSync('tree/large'))
assert.deepEqual((await sync('tree', 's3://s3-sync/tree')).created, [])

// It does not encode the source of a copy, so that a `+` stands for a space.
writeFileSync('tree/a+b.txt', 'plus')
await sync('tree', 's3://s3-sync/tree')
const copied = sync('s3://s3-sync/tree', 's3://s3-sync/copy')
await assert.rejects(copied, { name: 'NoSuchKey' })
