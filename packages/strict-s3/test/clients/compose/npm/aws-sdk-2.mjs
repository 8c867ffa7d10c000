import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import AWS from 'aws-sdk'
import { endpoint, makeBucket } from './buckets.js'

await makeBucket('sdk2')
const s3 = new AWS.S3({ endpoint, s3ForcePathStyle: true, params: { Bucket: 'sdk2' } })
const large = randomBytes(12_000_000)
await s3.upload({ Key: 'ü +1.bin', Body: large }).promise()
assert.deepEqual((await s3.getObject({ Key: 'ü +1.bin' }).promise()).Body, large)
await s3.putObject({ Key: 'a', Body: 'hello', ACL: 'private' }).promise()
// Signature Version 2 is its default for URLs here.
const url = s3.getSignedUrl('getObject', { Key: 'a' })
assert.match(url, /AWSAccessKeyId/)
assert.equal(await (await fetch(url)).text(), 'hello')
const form = s3.createPresignedPost({ Fields: { key: 'form' } })
const body = new FormData()
for (const [name, value] of Object.entries(form.fields)) body.append(name, value)
body.append('file', new Blob(['posted']))
assert.equal((await fetch(form.url, { method: 'POST', body })).status, 204)
assert.equal((await s3.listObjectsV2().promise()).KeyCount, 3)
