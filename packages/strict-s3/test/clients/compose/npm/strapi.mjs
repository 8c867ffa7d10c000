import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import strapi from '@strapi/provider-upload-aws-s3'
import { bucketWithAcls, bucketWithoutAcls, credentials, endpoint, region } from './buckets.js'

const provider = (Bucket) =>
  strapi.init({
    s3Options: { credentials, endpoint, region, forcePathStyle: true, params: { Bucket } },
  })
const bytes = randomBytes(6_000_000)
const file = (hash) => ({
  name: hash,
  hash,
  ext: '.bin',
  mime: 'application/octet-stream',
  buffer: bytes,
})

// It sends `public-read` if no ACL is set.
await bucketWithoutAcls('strapi')
await assert.rejects(provider('strapi').upload(file('refused')), {
  name: 'AccessControlListNotSupported',
})
await bucketWithAcls('strapi-acls')
const media = provider('strapi-acls')
const whole = file('whole')
const streamed = { ...file('streamed'), stream: Readable.from([bytes]) }
await media.upload(whole)
await media.uploadStream(streamed)
for (const each of [whole, streamed]) {
  assert.deepEqual(Buffer.from(await (await fetch(each.url)).arrayBuffer()), bytes)
  assert.equal((await fetch((await media.getSignedUrl(each, {})).url)).status, 200)
  await media.delete(each)
  assert.equal((await fetch(each.url)).status, 403)
}
