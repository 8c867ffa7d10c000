import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { S3mini } from 's3mini'
import { credentials, endpoint, makeBucket, region } from './buckets.js'

await makeBucket('s3mini')
const s3 = new S3mini({ ...credentials, endpoint: `${endpoint}/s3mini`, region })
await s3.putObject('ü +1.txt', 'hello')
assert.equal(await s3.getObject('ü +1.txt'), 'hello')
const upload = await s3.getMultipartUploadId('parts')
const bytes = randomBytes(6_000_000)
const parts = []
for (const number of [1, 2]) parts.push(await s3.uploadPart('parts', upload, bytes, number))
await s3.completeMultipartUpload('parts', upload, parts)
const stored = Buffer.from(await s3.getObjectArrayBuffer('parts'))
assert.deepEqual(stored, Buffer.concat([bytes, bytes]))
assert.equal((await s3.listObjects('/', '')).length, 2)
assert.deepEqual(await s3.deleteObjects(['ü +1.txt', 'parts']), [true, true])
