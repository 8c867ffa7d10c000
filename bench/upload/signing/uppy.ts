/**
 * The endpoint for Uppy's `signRequest`: a presigned URL per request to S3, made by the AWS SDK, as
 * in Uppy's example for Node.
 *
 * @see https://github.com/transloadit/uppy/tree/main/examples/aws-nodejs
 * @module
 */

import type { RequestListener } from 'node:http'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { BucketAccess } from '../bucket.ts'
import { jsonEndpoint } from './json.ts'

interface UppyRequest {
  readonly method: string
  readonly key: string
  readonly uploadId?: string
  readonly partNumber?: number
  readonly contentType?: string
}

/** Makes the endpoint. */
export function uppySigning({ bucket, ...access }: BucketAccess): RequestListener {
  const client = new S3Client({
    endpoint: access.endpoint,
    region: access.region,
    credentials: access.credentials,
    forcePathStyle: true,
    // Otherwise the SDK signs the checksum of an empty body into each URL.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  return jsonEndpoint(async (body) => {
    const request = body as UppyRequest
    const object = { Bucket: bucket, Key: request.key }
    return { url: await sign(client, request, object) }
  })
}

function sign(
  client: S3Client,
  { method, uploadId, partNumber, contentType }: UppyRequest,
  object: { Bucket: string; Key: string },
): Promise<string> {
  const life = { expiresIn: 900 }
  const upload = { ...object, UploadId: uploadId }
  if (method === 'PUT' && uploadId === undefined) {
    return getSignedUrl(client, new PutObjectCommand({ ...object, ContentType: contentType }), life)
  }
  if (method === 'PUT') {
    return getSignedUrl(client, new UploadPartCommand({ ...upload, PartNumber: partNumber }), life)
  }
  if (method === 'POST' && uploadId === undefined) {
    return getSignedUrl(client, new CreateMultipartUploadCommand(object), life)
  }
  if (method === 'POST') {
    return getSignedUrl(client, new CompleteMultipartUploadCommand(upload), life)
  }
  throw new TypeError(`Uppy asked for ${method}, expected PUT or POST`)
}
