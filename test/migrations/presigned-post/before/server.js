import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import express from 'express'

export function uploads({ bucket, ...access }) {
  const s3 = new S3Client({ ...access, forcePathStyle: true })
  return express().get('/api/uploads', async (_request, response) => {
    const presignedPost = await createPresignedPost(s3, {
      Bucket: bucket,
      Key: `uploads/${Date.now()}-${crypto.randomUUID()}`,
      Expires: 300,
      Conditions: [['content-length-range', 0, 104857600]],
    })
    response.set('cache-control', 'no-store').json({ presignedPost })
  })
}
