import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { S3Store } from '@tus/s3-store'
import { Server } from '@tus/server'
import { client, credentials, endpoint, makeBucket, region } from './buckets.js'

await makeBucket('tus')
const datastore = new S3Store({
  partSize: 8 * 1024 * 1024,
  s3ClientConfig: { bucket: 'tus', region, endpoint, credentials, forcePathStyle: true },
})
const tus = new Server({ path: '/files', datastore })
const server = createServer((request, response) => tus.handle(request, response)).listen(0)
await once(server, 'listening')
const files = `http://127.0.0.1:${server.address().port}/files`
const version = { 'Tus-Resumable': '1.0.0' }

async function create(size) {
  const headers = { ...version, 'Upload-Length': String(size) }
  return (await fetch(files, { method: 'POST', headers })).headers.get('location')
}

const bytes = randomBytes(30_000_000)
const upload = await create(bytes.length)
let offset = 0
// Pieces that do not end where the parts do.
while (offset < bytes.length) {
  const headers = {
    ...version,
    'Upload-Offset': String(offset),
    'Content-Type': 'application/offset+octet-stream',
  }
  const body = bytes.subarray(offset, offset + 9_000_001)
  const reply = await fetch(upload, { method: 'PATCH', headers, body })
  assert.equal(reply.status, 204)
  offset = Number(reply.headers.get('upload-offset'))
}
const stored = { Bucket: 'tus', Key: upload.split('/').at(-1) }
const { Body } = await client.send(new GetObjectCommand(stored))
assert.deepEqual(Buffer.from(await Body.transformToByteArray()), bytes)
const unwanted = await create(100)
assert.equal((await fetch(unwanted, { method: 'DELETE', headers: version })).status, 204)
process.exit()
