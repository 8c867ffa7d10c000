/**
 * Health checks for containers, which S3 does not have. They are unsigned, not logged, and not
 * subject to faults.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { virtualBucket } from '../message/request.ts'
import type { Service } from '../operations/call.ts'

/** No bucket can have the name of the first path. The others are RustFS's and MinIO's. */
const PATHS = new Set([
  '/_health',
  '/health',
  '/minio/health/live',
  '/minio/health/ready',
  '/minio/health/cluster',
])

export const HEALTHY = '{"status":"ready"}'

/** Returns `false` if a bucket has the path's name, and if the path is an object key. */
export function isHealthCheck(
  { method, url = '', headers }: IncomingMessage,
  { store, domains }: Pick<Service, 'store' | 'domains'>,
): boolean {
  if (!PATHS.has(url) || (method !== 'GET' && method !== 'HEAD')) return false
  if (headers.authorization !== undefined || store.has(url.split('/')[1] ?? '')) return false
  return virtualBucket(headers.host ?? '', domains) === undefined
}

/** To a HEAD request, Node sends no body. */
export function answerHealthCheck(response: ServerResponse): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  response.writeHead(200, headers).end(HEALTHY)
}
