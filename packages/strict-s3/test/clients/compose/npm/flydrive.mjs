import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { Disk } from 'flydrive'
import { S3Driver } from 'flydrive/drivers/s3'
import { credentials, endpoint, makeBucket, region } from './buckets.js'

await makeBucket('flydrive')
const files = new Disk(
  new S3Driver({
    credentials,
    endpoint,
    region,
    forcePathStyle: true,
    visibility: 'private',
    bucket: 'flydrive',
  }),
)
await files.put('a.txt', 'hello')
await files.putStream('folder/b.txt', Readable.from(['hello']), { contentLength: 5 })
assert.equal(await files.get('folder/b.txt'), 'hello')
await files.copy('a.txt', 'copy.txt')
await files.move('copy.txt', 'moved.txt')
assert.equal((await files.getMetaData('moved.txt')).contentLength, 5)
assert.equal(await (await fetch(await files.getSignedUrl('moved.txt'))).text(), 'hello')
const { objects } = await files.listAll('', { recursive: true })
assert.equal([...objects].length, 3)
await files.deleteAll('')
