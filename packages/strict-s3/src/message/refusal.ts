/**
 * Words for refused requests: reasons that are only logged, features that this server does not
 * support (unsupported operations are in `operations/operation-table.ts`), and received values.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'

/** Adds a reason that is only logged. S3 does not send it to the client. */
export function withReason(error: S3Error, reason: string): S3Error {
  error.cause = { reason }
  return error
}

export function denied(reason: string): S3Error {
  return withReason(new S3Error('AccessDenied'), reason)
}

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

const MAX_LENGTH = 100

/**
 * Formats a received value for an error message. It can be large or deeply nested, so only its
 * beginning is shown.
 */
export function receivedText(value: unknown): string {
  if (value === undefined) return 'missing'
  // An import of `node:util` would load all that it exports, and delay every start.
  const { inspect } = process.getBuiltinModule('node:util')
  const text = inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 3,
    maxStringLength: MAX_LENGTH,
  })
  return text.length > 2 * MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}
