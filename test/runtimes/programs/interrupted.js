// Goes on with what another process left, or begins anew when nothing is left. Arguments: the signer's URL, a path,
// the folder of records.

import process from 'node:process'
import { createUploader, fileResumeStore } from 'waybill/client'

const [endpoint, path, folder] = process.argv.slice(2)
const uploader = createUploader({
  endpoint,
  headers: { 'x-owner': 'me' },
  connections: 1,
  resumeStore: fileResumeStore(folder),
})
const [left] = await uploader.interrupted()
const upload = left ? left.resume() : uploader.upload(path, { type: 'video/mp4' })
const { key } = await upload.done
console.log(JSON.stringify({ key, resumedFrom: left?.sent ?? 0 }))
process.exit(0)
