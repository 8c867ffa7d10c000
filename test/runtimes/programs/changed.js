// Changes a file while it is uploaded, and prints how the upload fails. Arguments: the signer's URL, a path.

import { appendFileSync } from 'node:fs'
import process from 'node:process'
import { createUploader } from 'waybill/client'

const [endpoint, path] = process.argv.slice(2)
const uploader = createUploader({ endpoint, headers: { 'x-owner': 'me' }, connections: 1 })
const upload = uploader.upload(path, { type: 'video/mp4' })
const off = upload.on('state', ({ state }) => {
  if (state !== 'uploading') return
  off()
  appendFileSync(path, 'more')
})
const code = await upload.done.then(
  () => 'done',
  (error) => error.code,
)
console.log(JSON.stringify({ code }))
// What S3 has is taken back after the upload has failed; nothing tells when.
