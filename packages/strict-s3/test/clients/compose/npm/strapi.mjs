import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import strapi from '@strapi/provider-upload-aws-s3'
import { credentials, endpoint, makeBucket, region } from './buckets.js'

const provider = (params) =>
  strapi.init({
    s3Options: {
      credentials,
      endpoint,
      region,
      forcePathStyle: true,
      params: { Bucket: 'strapi', ...params },
    },
  })
const bytes = randomBytes(6_000_000)
const file = (hash) => ({
  name: hash,
  hash,
  ext: '.bin',
  mime: 'application/octet-stream',
  buffer: bytes,
})

await makeBucket('strapi')
// It sends `public-read` if no ACL is set.
await assert.rejects(provider({}).upload(file('refused')), {
  name: 'AccessControlListNotSupported',
})
const media = provider({ ACL: 'private' })
const whole = file('whole')
const streamed = { ...file('streamed'), stream: Readable.from([bytes]) }
await media.upload(whole)
await media.uploadStream(streamed)
for (const each of [whole, streamed]) {
  const { url } = await media.getSignedUrl(each, {})
  assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), bytes)
  await media.delete(each)
  assert.equal((await fetch(url)).status, 404)
}
