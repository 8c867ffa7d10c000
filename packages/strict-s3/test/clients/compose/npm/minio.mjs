import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Client, CopyDestinationOptions, CopySourceOptions } from 'minio'
import { credentials, endpoint } from './buckets.js'

const { hostname, port } = new URL(endpoint)
const Bucket = 'minio-js'
const minio = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: false,
  accessKey: credentials.accessKeyId,
  secretKey: credentials.secretAccessKey,
})
const read = async (key) => buffer(await minio.getObject(Bucket, key))

await minio.makeBucket(Bucket)
const large = randomBytes(80_000_000)
await minio.putObject(Bucket, 'ü +1.txt', 'hello', undefined, { owner: 'me' })
await minio.putObject(Bucket, 'large', large)
await minio.putObject(Bucket, 'streamed', Readable.from([large]))
for (const key of ['large', 'streamed']) assert.deepEqual(await read(key), large)
assert.equal((await minio.statObject(Bucket, 'ü +1.txt')).metaData.owner, 'me')
await minio.copyObject(Bucket, 'copy', `/${Bucket}/large`)
const sources = ['copy', 'streamed'].map((key) => new CopySourceOptions({ Bucket, Object: key }))
await minio.composeObject(new CopyDestinationOptions({ Bucket, Object: 'composed' }), sources)
assert.equal((await minio.statObject(Bucket, 'composed')).size, 160_000_000)

const url = await minio.presignedGetObject(Bucket, 'ü +1.txt', 60)
assert.equal(await (await fetch(url)).text(), 'hello')
const policy = minio.newPostPolicy()
policy.setBucket(Bucket)
policy.setKey('form')
policy.setExpires(new Date(Date.now() + 60_000))
const { postURL, formData } = await minio.presignedPostPolicy(policy)
const form = new FormData()
for (const [name, value] of Object.entries(formData)) form.append(name, value)
form.append('file', new Blob(['hello']))
assert.equal((await fetch(postURL, { method: 'POST', body: form })).status, 204)

// It takes only MinIO's status 200 for success. AWS answers with 204.
await assert.rejects(minio.setBucketTagging(Bucket, { team: 'web' }))
assert.deepEqual(await minio.getBucketTagging(Bucket), [{ Key: 'team', Value: 'web' }])
await minio.setObjectTagging(Bucket, 'copy', { a: 'b' })
assert.deepEqual(await minio.getObjectTagging(Bucket, 'copy'), [{ Key: 'a', Value: 'b' }])
await minio.setBucketVersioning(Bucket, { Status: 'Enabled' })

const keys = []
for await (const { name } of minio.listObjectsV2(Bucket, '', true)) keys.push(name)
assert.equal(keys.length, 6)
await minio.removeObjects(Bucket, keys)
const versions = []
for await (const { name, versionId } of minio.listObjects(Bucket, '', true, {
  IncludeVersion: true,
}))
  versions.push({ name, versionId })
assert.equal(versions.length, 12)
await minio.removeObjects(Bucket, versions)
await minio.removeBucket(Bucket)
