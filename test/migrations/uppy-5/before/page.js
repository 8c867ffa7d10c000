import AwsS3 from '@uppy/aws-s3'
import { Uppy } from '@uppy/core'
import Dashboard from '@uppy/dashboard'

async function ask(path, body) {
  const response = await fetch(`/api/uploads/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`The server answered ${response.status}`)
  return response.json()
}

new Uppy({ autoProceed: true }).use(Dashboard, { inline: true, target: '#uploads' }).use(AwsS3, {
  shouldUseMultipart: ({ size }) => size > 16 * 1024 ** 2,
  getUploadParameters: ({ name, type, size }) => ask('sign', { name, type, size }),
  createMultipartUpload: ({ name, type, size }) => ask('create', { name, type, size }),
  signPart: (_file, { key, uploadId, partNumber }) =>
    ask('sign-part', { key, uploadId, partNumber }),
  listParts: (_file, { key, uploadId }) => ask('list-parts', { key, uploadId }),
  completeMultipartUpload: (_file, { key, uploadId, parts }) =>
    ask('complete', { key, uploadId, parts }),
  abortMultipartUpload: (_file, { key, uploadId }) => ask('abort', { key, uploadId }),
})
