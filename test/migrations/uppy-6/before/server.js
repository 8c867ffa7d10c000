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

export function uploads({ bucket, ...access }) {
  const s3 = new S3Client({
    ...access,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })

  // Uppy asks for one request after another. It sends no size that could be checked.
  function command({ method, key, uploadId, partNumber, contentType }) {
    if (!key?.startsWith('uploads/')) return undefined
    const object = { Bucket: bucket, Key: key }
    const upload = { ...object, UploadId: uploadId }
    if (method === 'PUT' && partNumber) {
      return new UploadPartCommand({ ...upload, PartNumber: partNumber })
    }
    if (method === 'PUT') return new PutObjectCommand({ ...object, ContentType: contentType })
    if (method === 'POST' && uploadId) return new CompleteMultipartUploadCommand(upload)
    if (method === 'POST') return new CreateMultipartUploadCommand(object)
    if (method === 'GET') return new ListPartsCommand(upload)
    if (method === 'DELETE' && uploadId) return new AbortMultipartUploadCommand(upload)
    return undefined
  }

  const app = express().use(express.json())
  return app.post('/api/uploads', async ({ body }, response) => {
    const wanted = command(body)
    if (!wanted) return response.status(400).end()
    response.json({ url: await getSignedUrl(s3, wanted, { expiresIn: 900 }) })
  })
}
