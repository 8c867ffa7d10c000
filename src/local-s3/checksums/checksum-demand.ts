/**
 * Which checksums a request wants verified: `x-amz-checksum-*` as header, trailer or form field, and `Content-MD5`.
 *
 * A checksum in the query string of a presigned URL is not one of them: S3 ignores it there
 * (https://github.com/aws/aws-sdk-go-v2/issues/2610).
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import { listOf } from '../body/incoming-body.ts'
import { notImplemented } from '../http/not-implemented.ts'
import { ALGORITHMS, CHECKSUM_SIZES, type ChecksumAlgorithm, checksumHeader } from './checksum.ts'

export interface ChecksumDemand {
  /** Absent when the client named none; S3 then computes its default. */
  readonly algorithm?: ChecksumAlgorithm
  /** Base64, where it was sent before the body. */
  readonly value?: string
  /** The value comes in a trailing header. */
  readonly inTrailer?: boolean
  /** Base64 of `Content-MD5`. */
  readonly md5?: string
}

/** S3's since 2026; not computed here. */
const LATER = new Set(['MD5', 'SHA512', 'XXHASH3', 'XXHASH64', 'XXHASH128'])

const PREFIX = 'x-amz-checksum-'
/** Begin like a checksum and are none: S3 does not read them as one. */
const ABOUT_CHECKSUMS = new Set(['algorithm', 'mode', 'type'].map((name) => PREFIX + name))

const ALGORITHM_HEADERS = new Map(ALGORITHMS.map((each) => [checksumHeader(each), each] as const))

/**
 * @param values - Headers or form fields, names in lower case.
 * @throws {S3Error} `InvalidRequest`, `InvalidDigest`, `NotImplemented`
 */
export function checksumDemand(values: Readonly<Record<string, string>>): ChecksumDemand {
  const md5 = contentMd5(values['content-md5'])
  for (const name of Object.keys(values)) {
    if (!name.startsWith(PREFIX) || ABOUT_CHECKSUMS.has(name) || ALGORITHM_HEADERS.has(name))
      continue
    refuseLater(name.slice(PREFIX.length))
    throw new S3Error(
      'InvalidRequest',
      'The algorithm type you specified in x-amz-checksum- header is invalid.',
    )
  }
  for (const name of listOf(values['x-amz-trailer'])) {
    if (ALGORITHM_HEADERS.has(name)) continue
    if (name.startsWith(PREFIX)) refuseLater(name.slice(PREFIX.length))
    throw new S3Error(
      'InvalidRequest',
      'The value specified in the x-amz-trailer header is not supported',
    )
  }
  const sent = [...ALGORITHM_HEADERS].filter(([header]) => values[header] !== undefined)
  const trailing = listOf(values['x-amz-trailer'])
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

/** @throws {S3Error} `NotImplemented` for an algorithm that S3 has and this server has not. */
export function refuseLater(algorithm: string): void {
  if (isLater(algorithm)) throw notImplemented(`the checksum algorithm ${algorithm.toUpperCase()}`)
}

/** @returns S3's complaint where an algorithm is asked for, not sent. */
export function unsupportedAlgorithm(): S3Error {
  return new S3Error(
    'InvalidRequest',
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]',
  )
}

export function isLater(algorithm: string): boolean {
  return LATER.has(algorithm.toUpperCase())
}

/**
 * A form names its algorithm in a field of its own. As a header of PutObject, S3 lets the same name pass unread
 * (https://github.com/versity/versitygw/issues/1356).
 *
 * @param fields - Names in lower case.
 * @throws {S3Error} `InvalidRequest`, `InvalidDigest`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function formChecksumDemand(fields: Readonly<Record<string, string>>): ChecksumDemand {
  const demand = checksumDemand(fields)
  checkDeclared('x-amz-checksum-algorithm', fields, demand.algorithm)
  return demand
}

/** @throws {S3Error} `InvalidRequest` when `value` is not one; `InvalidArgument` when the header came twice. */
export function checksumValue(algorithm: ChecksumAlgorithm, value = ''): string {
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

/** @returns Whether `value` is base64 of the algorithm's length. */
export function isValueOf(algorithm: ChecksumAlgorithm, value: string): boolean {
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === CHECKSUM_SIZES[algorithm] && bytes.toString('base64') === value
}

/** Naming one and sending another, or none, is refused. */
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
