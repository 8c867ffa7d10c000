// Pauses an upload when S3 has taken some of it, and lets it go on. Arguments: the signer's URL, a path.

import process from 'node:process'
import { createUploader } from 'waybill/client'

const [endpoint, path] = process.argv.slice(2)
const uploader = createUploader({ endpoint, headers: { 'x-owner': 'me' }, connections: 1 })
const upload = uploader.upload(path, { type: 'video/mp4' })
const states = []
upload.on('state', ({ state }) => states.push(state))
const off = upload.on('progress', ({ sent }) => {
  if (sent === 0) return
  off()
  upload.pause()
  upload.resume()
})
const { key } = await upload.done
console.log(JSON.stringify({ key, states }))
process.exit(0)
