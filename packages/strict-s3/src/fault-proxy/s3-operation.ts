/**
 * Names S3 operations by method and query, for plans and records. Unlike the table in
 * `operations/`, it accepts every request, even requests to other servers.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 * @module
 */

/**
 * @param path - In path style: `/bucket/key`.
 * @param isForm - Whether the body is `multipart/form-data`.
 */
export function s3Operation(
  method: string,
  path: string,
  query: URLSearchParams,
  isForm: boolean,
): string {
  if (method === 'OPTIONS') return 'Preflight'
  if (isForm && method === 'POST') return 'PostObject'
  const inBucket = /^\/[^/]+\/?$/.test(path)
  if (query.has('uploadId')) return UPLOAD_OPERATIONS[method] ?? `${method} ${path}`
  if (query.has('uploads'))
    return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads'
  const known = inBucket ? BUCKET_OPERATIONS : OBJECT_OPERATIONS
  return known[method] ?? `${method} ${path}`
}

const UPLOAD_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'UploadPart',
  GET: 'ListParts',
  POST: 'CompleteMultipartUpload',
  DELETE: 'AbortMultipartUpload',
}

const OBJECT_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
}

const BUCKET_OPERATIONS: Readonly<Record<string, string>> = {
  PUT: 'CreateBucket',
  GET: 'ListObjectsV2',
  HEAD: 'HeadBucket',
  DELETE: 'DeleteBucket',
}
