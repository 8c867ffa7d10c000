/**
 * Checks the checksums in a CompleteMultipartUpload request: those of the listed parts, and the
 * object's checksum in a header.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'
import type { PartRecord, UploadRecord } from '../buckets/records.ts'
import {
  ALGORITHMS,
  type Checksum,
  checksumHeader,
  isChecksumAlgorithm,
  typesOf,
} from '../checksums/checksum.ts'
import { checksumMismatch, isValueOf } from '../checksums/checksum-demand.ts'

const ELEMENT = /^Checksum([A-Z0-9]+)$/

/**
 * @throws {S3Error} `InvalidArgument` or `BadDigest`, or `InvalidRequest` if a composite checksum
 *   needs the part's checksum but the list does not contain it.
 * @see https://github.com/versity/versitygw/blob/main/tests/integration/CompleteMultipartUpload.go
 *   – S3's errors
 */
export function partChecksumHolds(
  { checksumAlgorithm: declared, checksumType }: UploadRecord,
  part: PartRecord,
  element: XmlElement,
): boolean {
  const given = (element.children ?? []).filter(({ name }) => ELEMENT.test(name))
  if (declared === undefined) return given.every(isOwnChecksum(part, given.length))
  const [first] = given
  if (first === undefined) {
    if (checksumType === 'FULL_OBJECT') return true
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${declared.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.partNumber} in the request.`,
    )
  }
  const algorithm = ELEMENT.exec(first.name)?.[1] ?? ''
  const value = first.text ?? ''
  if (given.length > 1 || (isChecksumAlgorithm(algorithm) && !isValueOf(algorithm, value))) {
    throw new S3Error('InvalidArgument', 'Invalid Base64 or multiple checksums present in request')
  }
  if (algorithm === declared) return value === part.checksum.value
  throw new S3Error(
    'BadDigest',
    `The ${algorithm.toLowerCase()} you specified for part ${part.partNumber} did not match what we received.`,
  )
}

/**
 * If an upload did not declare an algorithm, S3 does not accept the checksum that a part was sent
 * with (https://github.com/aws/aws-sdk-java-v2/issues/6518), only the one that S3 computed itself.
 * Reports differ on whether AWS returns that checksum when a part is uploaded. This server returns
 * it and accepts it, because minio-go and the AWS SDK for JavaScript send back the checksums that
 * they received.
 */
function isOwnChecksum(part: PartRecord, count: number): (element: XmlElement) => boolean {
  const { algorithm, value } = part.checksum
  return ({ name, text }) => count === 1 && name === `Checksum${algorithm}` && text === value
}

/**
 * S3 only compares the object's checksum if the upload declared an algorithm. Otherwise it accepts
 * the older algorithms unchecked (https://github.com/treeverse/lakeFS/pull/10508) and rejects those
 * added in 2026.
 *
 * @throws {S3Error} `BadDigest`, `InvalidRequest`
 */
export function checkObjectChecksum(
  { checksumAlgorithm: declared, checksumType }: UploadRecord,
  checksum: Checksum,
  headers: Readonly<Record<string, string>>,
): void {
  if (declared === undefined) {
    refuseUndeclared(headers)
    return
  }
  const sent = sentChecksum(headers)
  if (sent.algorithm === undefined) return
  // Without a type, S3 assumes the algorithm's default type.
  const type = headers['x-amz-checksum-type']?.toUpperCase() ?? typesOf(declared)[0]
  const isSame = type === checksumType && isSameChecksum(sent.value, checksum.value)
  if (sent.algorithm === declared && isSame) return
  throw new S3Error(
    'BadDigest',
    `The ${declared.toLowerCase()} you specified did not match the calculated checksum.`,
  )
}

/** @throws {S3Error} `InvalidRequest` */
export function checkChecksumType(
  { checksumAlgorithm: declared, checksumType }: UploadRecord,
  headers: Readonly<Record<string, string>>,
): void {
  const type = headers['x-amz-checksum-type']?.toUpperCase()
  const mode = declared === undefined ? 'null' : checksumType
  if (type === undefined || type === mode) return
  throw new S3Error(
    'InvalidRequest',
    `The upload was created using the ${mode} checksum mode. The complete request must use the same checksum mode.`,
  )
}

const ADDED_IN_2026 = new Set(['md5', 'sha512', 'xxhash3', 'xxhash64', 'xxhash128'])

/** Malformed checksums are rejected, although valid ones are not compared. */
function refuseUndeclared(headers: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(headers)) {
    const algorithm = /^x-amz-checksum-(.+)$/.exec(name)?.[1] ?? ''
    if (ADDED_IN_2026.has(algorithm)) throw checksumMismatch(undefined, algorithm)
  }
  sentChecksum(headers)
}

/**
 * Like S3, accepts a composite checksum without the part count, which is what minio-go sends:
 * https://github.com/minio/minio/issues/19670
 */
function isSameChecksum(sent: string | undefined, own: string): boolean {
  return sent === own || sent === own.replace(PART_COUNT, '')
}

const PART_COUNT = /-\d{1,5}$/

/** The checksum may end with a part count. */
function sentChecksum(headers: Readonly<Record<string, string>>) {
  for (const algorithm of ALGORITHMS) {
    const header = checksumHeader(algorithm)
    const value = headers[header]
    if (value === undefined) continue
    if (isValueOf(algorithm, value.replace(PART_COUNT, ''))) return { algorithm, value }
    throw new S3Error('InvalidRequest', `Value for ${header} header is invalid.`)
  }
  return {}
}
