/**
 * Finds the operation of a request: by method, by address (service, bucket or object), and by the
 * sub-resource in the query.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/not-implemented.ts'
import { queryOf, type S3Request } from '../message/request.ts'

type Level = 'service' | 'bucket' | 'object'

/**
 * `METHOD level [sub-resource]` → the operation, and its name in bucket policies where that
 * differs. The handlers are in `operations.ts`; they call `authorize`, which uses this table.
 */
const ROUTES = {
  'GET service': ['ListBuckets', 'ListAllMyBuckets'],
  'PUT bucket': ['CreateBucket'],
  'HEAD bucket': ['HeadBucket', 'ListBucket'],
  'DELETE bucket': ['DeleteBucket'],
  'GET bucket': ['ListObjects', 'ListBucket'],
  'GET bucket list-type': ['ListObjectsV2', 'ListBucket'],
  'GET bucket versions': ['ListObjectVersions', 'ListBucketVersions'],
  'GET bucket uploads': ['ListMultipartUploads', 'ListBucketMultipartUploads'],
  'POST bucket': ['PostObject', 'PutObject'],
  'POST bucket delete': ['DeleteObjects'],
  'GET bucket location': ['GetBucketLocation'],
  // Not of S3, see `bucket-events.ts`: a list to S3, which ignores the parameter.
  'listen bucket events': ['ListenBucketEvents'],
  'GET bucket cors': ['GetBucketCors', 'GetBucketCORS'],
  'PUT bucket cors': ['PutBucketCors', 'PutBucketCORS'],
  'DELETE bucket cors': ['DeleteBucketCors', 'PutBucketCORS'],
  'GET bucket versioning': ['GetBucketVersioning'],
  'PUT bucket versioning': ['PutBucketVersioning'],
  'GET bucket lifecycle': ['GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration'],
  'PUT bucket lifecycle': ['PutBucketLifecycleConfiguration', 'PutLifecycleConfiguration'],
  'DELETE bucket lifecycle': ['DeleteBucketLifecycle', 'PutLifecycleConfiguration'],
  'GET bucket policy': ['GetBucketPolicy'],
  'PUT bucket policy': ['PutBucketPolicy'],
  'DELETE bucket policy': ['DeleteBucketPolicy'],
  'GET bucket publicAccessBlock': ['GetPublicAccessBlock', 'GetBucketPublicAccessBlock'],
  'PUT bucket publicAccessBlock': ['PutPublicAccessBlock', 'PutBucketPublicAccessBlock'],
  'DELETE bucket publicAccessBlock': ['DeletePublicAccessBlock', 'PutBucketPublicAccessBlock'],
  'GET bucket acl': ['GetBucketAcl'],
  'PUT bucket acl': ['PutBucketAcl'],
  'GET bucket encryption': ['GetBucketEncryption', 'GetEncryptionConfiguration'],
  'PUT bucket encryption': ['PutBucketEncryption', 'PutEncryptionConfiguration'],
  'DELETE bucket encryption': ['DeleteBucketEncryption', 'PutEncryptionConfiguration'],
  'GET bucket object-lock': ['GetObjectLockConfiguration', 'GetBucketObjectLockConfiguration'],
  'PUT object': ['PutObject'],
  'GET object': ['GetObject'],
  'HEAD object': ['HeadObject', 'GetObject'],
  'DELETE object': ['DeleteObject'],
  'GET object tagging': ['GetObjectTagging'],
  'PUT object tagging': ['PutObjectTagging'],
  'DELETE object tagging': ['DeleteObjectTagging'],
  'GET object attributes': ['GetObjectAttributes'],
  'GET object acl': ['GetObjectAcl'],
  'PUT object acl': ['PutObjectAcl'],
  'POST object uploads': ['CreateMultipartUpload', 'PutObject'],
  'PUT object uploadId': ['UploadPart', 'PutObject'],
  'GET object uploadId': ['ListParts', 'ListMultipartUploadParts'],
  'POST object uploadId': ['CompleteMultipartUpload', 'PutObject'],
  'DELETE object uploadId': ['AbortMultipartUpload'],
  // Not a method of HTTP: a PUT with a copy source, see `routeOf`.
  'copy object': ['CopyObject', 'PutObject'],
  'copy object uploadId': ['UploadPartCopy', 'PutObject'],
} as const satisfies Record<string, readonly [operation: string, action?: string]>

/** The name of an operation of S3. */
export type OperationName = (typeof ROUTES)[keyof typeof ROUTES][0]

const ACTIONS: ReadonlyMap<string, string> = new Map(
  Object.values(ROUTES).map(([operation, action = operation]) => [operation, action]),
)

/** Returns the name of an operation in bucket policies, without `s3:`. */
export function policyAction(operation: OperationName): string {
  return ACTIONS.get(operation) ?? operation
}

/**
 * All sub-resources of S3. A query with one of these is not the plain operation. `session` is not
 * here: S3 has it for directory buckets, and ignores it elsewhere.
 */
const SUB_RESOURCES = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle
  list-type location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls
  policy policyStatus publicAccessBlock renameObject replication requestPayment restore retention select
  tagging torrent uploadId uploads versioning versions website`.split(/\s+/),
)

/**
 * Finds the operation of a request.
 *
 * @throws {S3Error} `MethodNotAllowed`, `InvalidArgument`, or `NotImplemented` for an operation of
 *   S3 that this server does not have.
 */
export function routeOf(request: S3Request): OperationName {
  const level = levelOf(request)
  const sub = subResourceOf(request)
  const name = lookUp(`${request.method} ${level}${sub ? ` ${sub}` : ''}`)
  if (name === undefined) {
    if (sub) throw notImplemented(`${request.method} with the sub-resource '${sub}'`)
    throw new S3Error('MethodNotAllowed', undefined, {
      Method: request.method,
      ResourceType: level.toUpperCase(),
    })
  }
  // With any other type S3 lists in the older way (https://github.com/brekkylab/backlot/pull/204).
  if (name === 'ListObjectsV2' && queryOf(request, 'list-type') !== '2') return 'ListObjects'
  if (name === 'ListObjects' && queryOf(request, 'events') !== undefined)
    return 'ListenBucketEvents'
  if (name === 'UploadPart' || name === 'PutObject') requirePartAddress(request, name)
  if (request.headers['x-amz-copy-source'] === undefined) return name
  if (name === 'PutObject') return 'CopyObject'
  return name === 'UploadPart' ? 'UploadPartCopy' : name
}

function levelOf({ key, bucket }: S3Request): Level {
  if (key !== undefined) return 'object'
  return bucket ? 'bucket' : 'service'
}

function subResourceOf({ query }: S3Request): string | undefined {
  return query.find(([name]) => SUB_RESOURCES.has(name))?.[0]
}

const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' }
/** Sub-resources that S3 calls otherwise in the names of its operations. */
const CONFIGURATIONS = new Set(
  'accelerate analytics intelligent-tiering inventory metrics notification'.split(' '),
)
/** Operations whose name does not follow from the sub-resource. */
const NAMED: Readonly<Record<string, string>> = {
  'POST object restore': 'RestoreObject',
  'POST object select': 'SelectObjectContent',
  'PUT object renameObject': 'RenameObject',
}

/**
 * Returns S3's name of an operation that this server does not have, for the log:
 * `PutBucketTagging`. `-` for what is no operation of S3.
 */
export function missingOperation(request: S3Request): string {
  const level = levelOf(request)
  const sub = subResourceOf(request)
  const verb = VERBS[request.method]
  const named = NAMED[`${request.method} ${level} ${sub}`]
  if (named !== undefined || !sub || !verb || level === 'service') return named ?? '-'
  const words = sub.split('-').map(capitalized).join('')
  const name = `${capitalized(level)}${words}${CONFIGURATIONS.has(sub) ? 'Configuration' : ''}`
  const isList = request.method === 'GET' && LISTED.has(sub) && queryOf(request, 'id') === undefined
  return isList ? `List${name}s` : `${verb}${name}`
}

/** Without an id, these are listed. */
const LISTED = new Set('analytics intelligent-tiering inventory metrics'.split(' '))

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/**
 * Refuses an incomplete address of a part, which would otherwise write an object.
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

function lookUp(route: string): OperationName | undefined {
  return isRoute(route) ? ROUTES[route][0] : undefined
}

function isRoute(text: string): text is keyof typeof ROUTES {
  return Object.hasOwn(ROUTES, text)
}
