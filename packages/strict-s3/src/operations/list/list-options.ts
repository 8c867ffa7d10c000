/**
 * Query parameters that all list operations share.
 *
 * @module
 */

import { S3Error, uriEncodePath } from 'waybill-s3'
import { queryOf, type S3Request } from '../../message/request.ts'

export interface ListOptions {
  readonly prefix: string
  readonly delimiter: string
  readonly maxKeys: number
  /** Encodes keys as requested. Clients request URL encoding because XML cannot hold every key. */
  readonly encode: (key: string) => string
  readonly encodingType: string | undefined
}

/** @throws {S3Error} `InvalidArgument` */
export function listOptions(request: S3Request, maxName = 'max-keys'): ListOptions {
  const encodingType = queryOf(request, 'encoding-type')
  if (encodingType !== undefined && encodingType !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encodingType,
    })
  }
  return {
    prefix: queryOf(request, 'prefix') ?? '',
    delimiter: queryOf(request, 'delimiter') ?? '',
    maxKeys: readMax(request, maxName),
    encode: encodingType ? urlEncode : (key) => key,
    encodingType,
  }
}

const MAX_ENTRIES = 1000

/** @throws {S3Error} `InvalidArgument` */
export function readMax(request: S3Request, name: string): number {
  const value = queryOf(request, name)
  if (value === undefined || value === '') return MAX_ENTRIES
  if (/^\d{1,10}$/.test(value) && Number(value) <= 2_147_483_647) {
    return Math.min(Number(value), MAX_ENTRIES)
  }
  const message = /^-?\d+$/.test(value)
    ? `Argument ${name} must be an integer between 0 and 2147483647`
    : `Provided ${name} not an integer or within integer range`
  throw new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
}

/** As in HTML forms, a space becomes `+`. */
function urlEncode(key: string): string {
  return uriEncodePath(key).replaceAll('%20', '+')
}

/** Tokens are opaque to clients. The prefix lets `readToken` reject other strings. */
export function makeToken(last: string): string {
  return Buffer.from(`1/${last}`).toString('base64')
}

/** @throws {S3Error} `InvalidArgument` */
export function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString('utf8')
  if (text.startsWith('1/') && makeToken(text.slice(2)) === token) return text.slice(2)
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  })
}
