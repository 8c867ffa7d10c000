// Uploads files one after the other and prints what became of each. Arguments: the signer's URL, then paths; one that
// begins with `blob:` is read into a Blob first, and one with `bun:` is opened by Bun.

import { readFileSync } from 'node:fs'
import process from 'node:process'
import { createUploader } from 'waybill/client'

const [endpoint, ...files] = process.argv.slice(2)
const uploader = createUploader({ endpoint, headers: { 'x-owner': 'me' } })

function open(file) {
  if (file.startsWith('blob:'))
    return new File([readFileSync(file.slice(5))], file.split('/').at(-1))
  return file.startsWith('bun:') ? globalThis.Bun.file(file.slice(4)) : file
}

for (const file of files) {
  const upload = uploader.upload(open(file), { type: 'video/mp4' })
  const fractions = []
  upload.on('progress', ({ fraction }) => fractions.push(fraction))
  try {
    const { key, size, verifiedBy } = await upload.done
    console.log(JSON.stringify({ file, key, size, verifiedBy, fractions }))
  } catch (error) {
    console.log(JSON.stringify({ file, code: error.code, message: error.message }))
  }
}
process.exit(0)
