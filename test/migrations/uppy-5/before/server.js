import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import express from 'express'

const MAX_SIZE = 100 * 1024 ** 2

export function uploads({ bucket, ...access }) {
  const s3 = new S3Client({
    ...access,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const router = express.Router().use(express.json())
  const place = ({ key, uploadId }) => ({ Bucket: bucket, Key: key, UploadId: uploadId })
  const newKey = (name) => `uploads/${crypto.randomUUID()}-${name}`
  const isTooLarge = ({ size }) => !(size <= MAX_SIZE)

  router.post('/sign', async ({ body }, response) => {
    if (isTooLarge(body)) return response.status(413).end()
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: newKey(body.name),
      ContentType: body.type,
      ContentLength: body.size,
    })
    const headers = { 'content-type': body.type }
    const signed = { signableHeaders: new Set(['content-type', 'content-length']), expiresIn: 900 }
    response.json({ method: 'PUT', url: await getSignedUrl(s3, put, signed), headers })
  })
  router.post('/create', async ({ body }, response) => {
    if (isTooLarge(body)) return response.status(413).end()
    const input = { Bucket: bucket, Key: newKey(body.name), ContentType: body.type }
    const { Key: key, UploadId: uploadId } = await s3.send(new CreateMultipartUploadCommand(input))
    response.json({ key, uploadId })
  })
  router.post('/sign-part', async ({ body }, response) => {
    const part = new UploadPartCommand({ ...place(body), PartNumber: body.partNumber })
    response.json({ url: await getSignedUrl(s3, part, { expiresIn: 900 }) })
  })
  router.post('/list-parts', async ({ body }, response) => {
    const { Parts: parts = [] } = await s3.send(new ListPartsCommand(place(body)))
    response.json(parts)
  })
  router.post('/complete', async ({ body }, response) => {
    const input = { ...place(body), MultipartUpload: { Parts: body.parts } }
    const { Location: location } = await s3.send(new CompleteMultipartUploadCommand(input))
    response.json({ location })
  })
  router.post('/abort', async ({ body }, response) => {
    await s3.send(new AbortMultipartUploadCommand(place(body)))
    response.json({})
  })
  return express().use('/api/uploads', router)
}
