/**
 * S3 features that this server does not support. It responds to them with 501 rather than ignoring
 * them. Unsupported operations are listed in `operations/operation-table.ts`.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'

/** @param what - Shown to the client and in the log. */
export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `The local S3 does not implement ${what}`)
}

const UNSUPPORTED_HEADER = /^x-amz-(?:write-offset-bytes$|rename-source$|mfa$)/

/**
 * Rejects requests to create a bucket or an object if they need an unsupported feature.
 *
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `NotImplemented`
 */
export function refuseUnsupportedHeaders(values: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(values)) {
    if (UNSUPPORTED_HEADER.test(name)) throw notImplemented(`the header ${name}`)
  }
}
