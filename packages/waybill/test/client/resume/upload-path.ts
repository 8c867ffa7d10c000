/**
 * A process of its own that uploads a path, to be killed in the middle. Arguments: endpoint, path,
 * folder of records.
 *
 * @module
 */

import { createUploader, fileResumeStore } from 'waybill/client'

const [endpoint = '', path = '', folder = ''] = process.argv.slice(2)
const uploader = createUploader({
  endpoint,
  headers: { 'x-owner': 'me' },
  connections: 1,
  resumeStore: fileResumeStore(folder),
})
const upload = uploader.upload(path)
upload.on('state', ({ state }) => console.log(state))
await upload.done
