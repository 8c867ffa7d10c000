/**
 * A signer that begins and aborts one multipart upload, for which it calls S3 itself.
 *
 * @module
 */

import { createSigner } from 'waybill/signer'

const [, , endpoint = ''] = process.argv
const signer = createSigner({
  bucket: 'uploads',
  region: 'us-east-1',
  endpoint,
  credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
  secret: 'a secret of the tests, long enough to seal',
  allowedOrigins: [],
  rules: { any: { types: ['*/*'], maxSize: '1 GiB', public: true } },
})

const post = (path: string, body: object) =>
  signer.handle({
    method: 'POST',
    path,
    query: {},
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const created = await post('', { files: [{ name: 'a.bin', type: 'any/thing', size: 2 ** 25 }] })
const [{ strategy, waybill, uploadId }] = JSON.parse(created.body ?? '').uploads
const { status: aborted } = await post('/abort', { waybill, uploadId })
console.log(JSON.stringify({ strategy, aborted }))
