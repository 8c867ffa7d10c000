/**
 * The signing endpoints of the contestants, each as its documentation shows it.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { json } from 'node:stream/consumers'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { route } from '@better-upload/server'
import { toNodeHandler as toBetterUploadHandler } from '@better-upload/server/adapters/node'
import { custom } from '@better-upload/server/clients'
import { uploadRule } from 'waybill'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import {
  type BucketLocation,
  type Credentials,
  presignPost,
  presignUrl,
  storageOrigins,
} from 'waybill-s3'
import { type BareAnswer, PATHS } from './paths.ts'

/** The bucket and its credentials. */
export interface BucketAccess extends BucketLocation {
  readonly region: string
  readonly endpoint: string
  readonly credentials: Credentials
}

/** Makes the endpoints, by the start of their paths. */
export function signingEndpoints(
  access: BucketAccess,
): readonly (readonly [path: string, RequestListener])[] {
  const named = { ...access, endpoint: `http://localhost:${new URL(access.endpoint).port}` }
  return [
    [PATHS.bare, jsonEndpoint((body) => presignBare(access, body))],
    [PATHS.betterUpload, betterUpload(access)],
    [PATHS.uppy, uppy(access)],
    [PATHS.waybill, waybill(access, PATHS.waybill)],
    [PATHS.bothHosts, waybill(named, PATHS.bothHosts)],
    [PATHS.storageOrigins, jsonEndpoint(async () => storageOrigins(named))],
  ]
}

/** For contestants whose documentation leaves the endpoint to the application. */
function jsonEndpoint(answer: (body: unknown) => Promise<unknown>): RequestListener {
  return (request, response) => {
    json(request)
      .then(answer)
      .then((answered) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answered))
      })
      .catch((error: unknown) => {
        console.error(error)
        response.statusCode = 500
        response.end()
      })
  }
}

/** Waybill's own signer with its defaults. */
function waybill(access: BucketAccess, basePath: string): RequestListener {
  const signer = createSigner({
    ...access,
    secret: 'seals the waybills of a benchmark and of nothing else',
    rules: { any: uploadRule({ types: ['*/*'], maxSize: '5 GiB', public: true }) },
    allowedOrigins: [],
  })
  return toNodeHandler(signer, { basePath })
}

/** For bare `fetch`: presigned requests, made before the measurement. */
async function presignBare(access: BucketAccess, body: unknown): Promise<BareAnswer> {
  const { count } = body as { count: number }
  const keys = Array.from({ length: count }, () => crypto.randomUUID())
  const puts = await Promise.all(keys.map((key) => presignUrl({ ...access, method: 'PUT', key })))
  const posts = await Promise.all(keys.map((key) => presignPost({ ...access, key })))
  return { puts: puts.map(({ url }) => url), posts }
}

/**
 * Better Upload's router. A route is either for single requests or for parts, so an application for
 * large files has both.
 */
function betterUpload(access: BucketAccess): RequestListener {
  // The most files of a request are three, unless it is told.
  const limits = { maxFileSize: 5 * 1024 ** 3, multipleFiles: true, maxFiles: 1000 }
  return toBetterUploadHandler({
    client: custom({
      host: new URL(access.endpoint).host,
      ...access.credentials,
      region: access.region,
      secure: false,
      forcePathStyle: true,
    }),
    bucketName: access.bucket,
    routes: {
      small: route(limits),
      large: route({ ...limits, multipart: true }),
      'large-in-5-mib': route({ ...limits, multipart: true, partSize: 5 * 1024 ** 2 }),
    },
  })
}

interface UppyRequest {
  readonly method: string
  readonly key: string
  readonly uploadId?: string
  readonly partNumber?: number
  readonly contentType?: string
}

/**
 * For Uppy's `signRequest`: a presigned URL per request to S3, made by the AWS SDK, as in Uppy's
 * example for Node.
 *
 * @see https://github.com/transloadit/uppy/tree/main/examples/aws-nodejs
 */
function uppy({ bucket, ...access }: BucketAccess): RequestListener {
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
    return { url: await signForUppy(client, request, { Bucket: bucket, Key: request.key }) }
  })
}

function signForUppy(
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
