/**
 * Whether somebody who is who they say may do what they ask.
 *
 * @module
 */

import { S3Error } from '../s3/index.ts'
import type { Call } from './call.ts'
import type { OperationName } from './route.ts'

const READS = /^(?:Get|Head|List)/

/**
 * @param key - Where the request's own address does not say it (a form, a list of keys).
 * @throws {S3Error} `AccessDenied`
 */
export function authorize(call: Call, operation: OperationName, key = call.request.key): void {
  const { credentials } = call.identity
  if (!credentials) throw new S3Error('AccessDenied')
  if (credentials.readOnly && !READS.test(operation)) throw new S3Error('AccessDenied')
  if (credentials.prefix !== undefined && !key?.startsWith(credentials.prefix)) {
    throw new S3Error('AccessDenied')
  }
}
