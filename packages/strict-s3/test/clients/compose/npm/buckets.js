import { CreateBucketCommand, DeletePublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3'

export const endpoint = process.env.AWS_ENDPOINT_URL
export const region = process.env.AWS_REGION
export const credentials = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
}
export const client = new S3Client({ forcePathStyle: true })

export async function bucketWithoutAcls(Bucket) {
  await client.send(new CreateBucketCommand({ Bucket }))
}

/** As AWS asks for it, so that ACLs can also make objects public. */
export async function bucketWithAcls(Bucket) {
  await client.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
}
