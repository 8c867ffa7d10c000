/**
 * Reads the checksums that a request asks S3 to verify (`x-amz-checksum-*` as a header, trailer or
 * form field, and `Content-MD5`), and compares them with the received body.
 *
 * S3 ignores checksums in a presigned URL's query string
 * (https://github.com/aws/aws-sdk-go-v2/issues/2610).
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { itemsOf } from '../message/request.ts'
import type { Digests } from './body-digests.ts'
import { ALGORITHMS, CHECKSUMS, type ChecksumAlgorithm, checksumHeader } from './checksum.ts'

export interface ChecksumDemand {
  /** Not set if the client named no algorithm. S3 then uses its default. */
  readonly algorithm?: ChecksumAlgorithm
  /** In base64. Not set if the checksum follows in a trailing header. */
  readonly value?: string
  readonly inTrailer?: boolean
  /** In base64. */
  readonly md5?: string
  /** Whether S3's error has `md5` in hex, as for PutObject. For UploadPart, it is in base64. */
  readonly expectsHex?: boolean
}

const PREFIX = 'x-amz-checksum-'
/** These headers have the same prefix as checksum headers, but contain no checksum. */
const OTHER_HEADERS = new Set(['algorithm', 'mode', 'type'].map((name) => PREFIX + name))

const ALGORITHM_HEADERS = new Map(ALGORITHMS.map((each) => [checksumHeader(each), each] as const))

/**
 * @param values - Headers or form fields, with names in lower case.
 * @throws {S3Error} `InvalidRequest`, `InvalidDigest`
 */
export function checksumDemand(values: Readonly<Record<string, string>>): ChecksumDemand {
  const md5 = contentMd5(values['content-md5'])
  for (const name of Object.keys(values)) {
    if (!name.startsWith(PREFIX) || OTHER_HEADERS.has(name) || ALGORITHM_HEADERS.has(name)) continue
    throw new S3Error(
      'InvalidRequest',
      'The algorithm type you specified in x-amz-checksum- header is invalid.',
    )
  }
  for (const name of itemsOf(values['x-amz-trailer'])) {
    if (ALGORITHM_HEADERS.has(name)) continue
    throw new S3Error(
      'InvalidRequest',
      'The value specified in the x-amz-trailer header is not supported',
    )
  }
  const sent = [...ALGORITHM_HEADERS].filter(([header]) => values[header] !== undefined)
  const trailing = itemsOf(values['x-amz-trailer'])
    .map((header) => ALGORITHM_HEADERS.get(header))
    .filter((algorithm) => algorithm !== undefined)
  if (sent.length + trailing.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      sent.length > 1
        ? 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.'
        : 'Expecting a single x-amz-checksum- header',
    )
  }
  const algorithm = sent[0]?.[1] ?? trailing[0]
  checkDeclared('x-amz-sdk-checksum-algorithm', values, algorithm)
  if (algorithm === undefined) return { ...md5 }
  if (trailing.length > 0) return { algorithm, inTrailer: true, ...md5 }
  return { algorithm, value: checksumValue(algorithm, values[checksumHeader(algorithm)]), ...md5 }
}

/**
 * @param trailers - Must be complete, so call this after the body has ended.
 * @throws {S3Error} `BadDigest`, `InvalidRequest`
 */
export function checkChecksums(
  demand: ChecksumDemand,
  digests: Digests,
  trailers: ReadonlyMap<string, string>,
): void {
  const md5 = Buffer.from(digests.md5, 'hex').toString('base64')
  if (demand.md5 !== undefined && demand.md5 !== md5) {
    const expected = demand.expectsHex
      ? Buffer.from(demand.md5, 'base64').toString('hex')
      : demand.md5
    throw new S3Error(
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
      { ExpectedDigest: expected, CalculatedDigest: md5 },
    )
  }
  if (demand.algorithm === undefined) return
  const expected = demand.inTrailer
    ? checksumValue(demand.algorithm, trailers.get(checksumHeader(demand.algorithm)))
    : demand.value
  if (expected !== digests.verified.checksum) {
    throw new S3Error(
      'BadDigest',
      `The ${demand.algorithm} you specified did not match the calculated checksum.`,
    )
  }
}

export function unsupportedAlgorithm(): S3Error {
  return new S3Error(
    'InvalidRequest',
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
  )
}

export function checksumMismatch(declared: string | undefined, sent: string | undefined): S3Error {
  const name = (algorithm: string | undefined) => algorithm?.toLowerCase() ?? 'null'
  return new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${name(declared)}, actual checksum Type: ${name(sent)}`,
  )
}

/**
 * A form names its checksum algorithm in a field. In PutObject requests, S3 ignores the header with
 * the same name: https://github.com/versity/versitygw/issues/1356
 *
 * @param fields - The form fields, with names in lower case.
 * @throws {S3Error} `InvalidRequest`, `InvalidDigest`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function formChecksumDemand(fields: Readonly<Record<string, string>>): ChecksumDemand {
  const demand = checksumDemand(fields)
  checkDeclared('x-amz-checksum-algorithm', fields, demand.algorithm)
  return demand
}

function checksumValue(algorithm: ChecksumAlgorithm, value = ''): string {
  if (isValueOf(algorithm, value)) return value
  const header = checksumHeader(algorithm)
  const [, second] = value.split(', ')
  if (second !== undefined) {
    throw new S3Error('InvalidArgument', 'Only one value may be specified.', {
      ArgumentName: header,
      ArgumentValue: second,
    })
  }
  throw new S3Error('InvalidRequest', `Value for ${header} header is invalid.`)
}

/** Returns whether `value` is base64 and has the right length for the algorithm. */
export function isValueOf(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === CHECKSUMS[algorithm].size && bytes.toString('base64') === value
}

/**
 * Rejects a request that declares an algorithm but sends no checksum, or one with another
 * algorithm.
 */
function checkDeclared(
  header: string,
  values: Readonly<Record<string, string>>,
  algorithm: ChecksumAlgorithm | undefined,
): void {
  const declared = values[header]?.toUpperCase()
  if (declared === undefined || declared === algorithm) return
  if (algorithm !== undefined) {
    throw new S3Error('InvalidRequest', `Value for ${header} header is invalid.`)
  }
  throw new S3Error(
    'InvalidRequest',
    `${header} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.`,
  )
}

function contentMd5(value: string | undefined): { md5?: string } {
  if (value === undefined) return {}
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length !== 16 || bytes.toString('base64') !== value) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', {
      'Content-MD5': value,
    })
  }
  return { md5: value }
}
