/**
 * The checksums that come with a completion: one for each part in the list, and one of the object
 * in a header.
 *
 * @module
 */

import { S3Error, type XmlElement } from '../../../s3/index.ts'
import type { PartRecord, UploadRecord } from '../../buckets/records.ts'
import {
  ALGORITHMS,
  type Checksum,
  checksumHeader,
  isChecksumAlgorithm,
} from '../../checksums/checksum.ts'
import { checksumDemand, isLater, isValueOf } from '../../checksums/checksum-demand.ts'
import { checksumMismatch } from './multipart-upload.ts'

const ELEMENT = /^Checksum([A-Z0-9]+)$/

/**
 * Holds a part against the checksum that the list gives for it.
 *
 * @returns Whether it is the part's.
 * @throws {S3Error} `InvalidArgument`, `BadDigest`; `InvalidRequest` when a composite checksum
 *   lacks a part's.
 * @see https://github.com/versity/versitygw/blob/main/tests/integration/CompleteMultipartUpload.go
 *   – S3's complaints
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
 * Where an upload declared no algorithm, a part is not known by the checksum that it was sent with
 * (https://github.com/aws/aws-sdk-java-v2/issues/6518), only by the one that S3 computed by itself.
 * Reports differ on whether AWS answers a part with that one. Here it does, so it also takes it
 * back: minio-go and the AWS SDK for JavaScript return whatever they were given.
 */
function isOwnChecksum(part: PartRecord, count: number): (element: XmlElement) => boolean {
  const { algorithm, value } = part.checksum
  return ({ name, text }) => count === 1 && name === `Checksum${algorithm}` && text === value
}

/**
 * S3 holds the object's checksum against the one sent with the completion only where the upload
 * declared an algorithm. For one that declared none, it takes the older ones and does not look
 * (https://github.com/treeverse/lakeFS/pull/10508), and refuses those of 2026.
 *
 * @throws {S3Error} `BadDigest`, `InvalidRequest`
 */
export function checkObjectChecksum(
  { checksumAlgorithm: declared, checksumType }: UploadRecord,
  checksum: Checksum,
  headers: Readonly<Record<string, string>>,
): void {
  const type = headers['x-amz-checksum-type']
  if (declared === undefined) {
    if (type !== undefined) throw otherMode('InvalidRequest', 'null')
    refuseUndeclared(headers)
    return
  }
  if (type !== undefined && type.toUpperCase() !== checksumType) {
    throw otherMode('BadDigest', checksumType)
  }
  const sent = checksumType === 'FULL_OBJECT' ? checksumDemand(headers) : compositeDemand(headers)
  if (sent.algorithm === undefined) return
  if (sent.algorithm === declared && sent.value === checksum.value) return
  throw new S3Error(
    'BadDigest',
    `The ${sent.algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
  )
}

function otherMode(code: 'BadDigest' | 'InvalidRequest', mode: string): S3Error {
  return new S3Error(
    code,
    `The upload was created using the ${mode} checksum mode. The complete request must use the same checksum mode.`,
  )
}

/** A value that is none of its algorithm is refused even where nothing looks at it. */
function refuseUndeclared(headers: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(headers)) {
    const algorithm = /^x-amz-checksum-(.+)$/.exec(name)?.[1] ?? ''
    if (isLater(algorithm)) throw checksumMismatch(undefined, algorithm)
  }
  checksumDemand(headers)
}

/** A composite checksum ends in the number of parts, which one of bytes does not. */
function compositeDemand(headers: Readonly<Record<string, string>>) {
  for (const algorithm of ALGORITHMS) {
    const header = checksumHeader(algorithm)
    const value = headers[header]
    if (value === undefined) continue
    if (isValueOf(algorithm, value.replace(/-\d{1,5}$/, ''))) return { algorithm, value }
    throw new S3Error('InvalidRequest', `Value for ${header} header is invalid.`)
  }
  return {}
}
