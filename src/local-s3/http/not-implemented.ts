/**
 * What S3 has and this server has not.
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'

/** @param what - Shown in the log and to the client, so that nobody takes silence for success. */
export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `The local S3 does not implement ${what}`)
}
