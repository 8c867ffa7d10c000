/**
 * Which of S3's operations a request asks for: by method, by what is addressed, and by the sub-resource in the query.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import { queryOf, type S3Request } from './request.ts'

type Level = 'service' | 'bucket' | 'object'

/** `METHOD level [sub-resource]` → operation. What is here and has no handler answers 501. */
const ROUTES = {
  'GET service': 'ListBuckets',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',
  'GET bucket': 'ListObjects',
  'GET bucket list-type': 'ListObjectsV2',
  'GET bucket versions': 'ListObjectVersions',
  'GET bucket uploads': 'ListMultipartUploads',
  'POST bucket': 'PostObject',
  'POST bucket delete': 'DeleteObjects',
  'GET bucket location': 'GetBucketLocation',
  'GET bucket cors': 'GetBucketCors',
  'PUT bucket cors': 'PutBucketCors',
  'DELETE bucket cors': 'DeleteBucketCors',
  'GET bucket versioning': 'GetBucketVersioning',
  'PUT bucket versioning': 'PutBucketVersioning',
  'GET bucket lifecycle': 'GetBucketLifecycleConfiguration',
  'PUT bucket lifecycle': 'PutBucketLifecycleConfiguration',
  'DELETE bucket lifecycle': 'DeleteBucketLifecycle',
  'GET bucket policy': 'GetBucketPolicy',
  'PUT bucket policy': 'PutBucketPolicy',
  'DELETE bucket policy': 'DeleteBucketPolicy',
  'GET bucket publicAccessBlock': 'GetPublicAccessBlock',
  'PUT bucket publicAccessBlock': 'PutPublicAccessBlock',
  'DELETE bucket publicAccessBlock': 'DeletePublicAccessBlock',
  'GET bucket acl': 'GetBucketAcl',
  'PUT bucket acl': 'PutBucketAcl',
  'GET bucket encryption': 'GetBucketEncryption',
  'PUT bucket encryption': 'PutBucketEncryption',
  'DELETE bucket encryption': 'DeleteBucketEncryption',
  'GET bucket object-lock': 'GetObjectLockConfiguration',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
  'GET object tagging': 'GetObjectTagging',
  'PUT object tagging': 'PutObjectTagging',
  'DELETE object tagging': 'DeleteObjectTagging',
  'GET object attributes': 'GetObjectAttributes',
  'GET object acl': 'GetObjectAcl',
  'PUT object acl': 'PutObjectAcl',
  'POST object uploads': 'CreateMultipartUpload',
  'PUT object uploadId': 'UploadPart',
  'GET object uploadId': 'ListParts',
  'POST object uploadId': 'CompleteMultipartUpload',
  'DELETE object uploadId': 'AbortMultipartUpload',
} as const satisfies Record<string, string>

type Routed = (typeof ROUTES)[keyof typeof ROUTES]

export type OperationName = Routed | 'CopyObject' | 'UploadPartCopy'

/** Every sub-resource that S3 knows: one of these in the query never falls back to the plain operation. */
const SUB_RESOURCES = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  list-type location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls
  policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select session
  tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
)

/** @throws {S3Error} `MethodNotAllowed`, `InvalidArgument`, or `NotImplemented` for what S3 has and this server does not. */
export function routeOf(request: S3Request): OperationName {
  const level: Level = request.key !== undefined ? 'object' : request.bucket ? 'bucket' : 'service'
  const sub = request.query.find(([name]) => SUB_RESOURCES.has(name))?.[0]
  const name = lookUp(`${request.method} ${level}${sub ? ` ${sub}` : ''}`)
  if (name === undefined) {
    if (sub) throw notImplemented(`${request.method} with the sub-resource '${sub}'`)
    throw new S3Error('MethodNotAllowed', undefined, {
      Method: request.method,
      ResourceType: level.toUpperCase(),
    })
  }
  // S3 takes any other type for the older way (https://github.com/brekkylab/backlot/pull/204).
  if (name === 'ListObjectsV2' && queryOf(request, 'list-type') !== '2') return 'ListObjects'
  if (name === 'UploadPart' || name === 'PutObject') requirePartAddress(request, name)
  if (request.headers['x-amz-copy-source'] === undefined) return name
  if (name === 'PutObject') return 'CopyObject'
  return name === 'UploadPart' ? 'UploadPartCopy' : name
}

/**
 * Half of a part's address would else make it an object.
 *
 * @see https://github.com/versity/versitygw/issues/1226
 * @see https://github.com/versity/versitygw/issues/1236
 */
function requirePartAddress(request: S3Request, name: 'UploadPart' | 'PutObject'): void {
  const hasNumber = queryOf(request, 'partNumber') !== undefined
  if (hasNumber === (name === 'UploadPart')) return
  if (!hasNumber) {
    throw new S3Error('MethodNotAllowed', undefined, { Method: 'PUT', ResourceType: 'UPLOAD' })
  }
  throw new S3Error(
    'InvalidArgument',
    'This operation does not accept partNumber without uploadId',
    { ArgumentName: 'partNumber', ArgumentValue: 'partNumber' },
  )
}

function lookUp(route: string): Routed | undefined {
  return Object.hasOwn(ROUTES, route) ? ROUTES[route as keyof typeof ROUTES] : undefined
}

/** @param what - Shown in the log and to the client, so that nobody takes silence for success. */
export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `The local S3 does not implement ${what}`)
}
