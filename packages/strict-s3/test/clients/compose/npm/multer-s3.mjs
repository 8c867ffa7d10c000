import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import express from 'express'
import multer from 'multer'
import multerS3 from 'multer-s3'
import { client, makeBucket } from './buckets.js'

const app = express()
const storage = multerS3({
  s3: client,
  bucket: 'multer',
  key: (_request, _file, done) => done(null, 'sent'),
})
app.post('/', multer({ storage }).single('file'), (_request, response) => response.end())
app.use((error, _request, response, _next) => response.status(500).end(error.name))
const server = app.listen(0)
await once(server, 'listening')

async function upload(bytes) {
  const body = new FormData()
  body.append('file', new Blob([bytes]), 'file.bin')
  const url = `http://127.0.0.1:${server.address().port}`
  return (await fetch(url, { method: 'POST', body })).text()
}

await makeBucket('multer')
for (const size of [1000, 20_000_000]) {
  const bytes = randomBytes(size)
  assert.equal(await upload(bytes), '')
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'multer', Key: 'sent' }))
  assert.deepEqual(Buffer.from(await Body.transformToByteArray()), bytes)
}
server.close()
