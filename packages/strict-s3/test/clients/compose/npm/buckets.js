import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

export const endpoint = process.env.AWS_ENDPOINT_URL
export const region = process.env.AWS_REGION
export const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
}
export const client = new S3Client({ forcePathStyle: true })

export async function makeBucket(Bucket) {
  await client.send(new CreateBucketCommand({ Bucket }))
}
