// Uploads files at once, and prints what became of each and which warnings came: a descriptor that is left open is
// one, when its memory is collected. Arguments: the signer's URL, paths.

import process from 'node:process'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createUploader } from 'waybill/client'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const warnings = []
process.on('warning', ({ message }) => warnings.push(message))

const [endpoint, ...files] = process.argv.slice(2)
const uploader = createUploader({ endpoint, headers: { 'x-owner': 'me' } })
const uploads = files.map((file) => uploader.upload(file, { type: 'video/mp4' }))
for (const [index, { done }] of uploads.entries()) {
  const { key } = await done
  console.log(JSON.stringify({ file: files[index], key }))
}
for (let round = 0; round < 20; round += 1) {
  collect()
  await setImmediate()
}
console.log(JSON.stringify({ warnings }))
process.exit(0)
