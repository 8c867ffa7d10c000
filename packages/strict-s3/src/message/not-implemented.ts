/**
 * The error for features of S3 that this server does not have.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'

/**
 * Makes the error for a missing feature.
 *
 * @param what - Name of the feature, for the log and the client.
 */
export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `The local S3 does not implement ${what}`)
}
