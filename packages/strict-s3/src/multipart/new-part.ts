import { randomBytes } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import type { Received } from '../body/receive.ts'
import type { UploadRecord } from '../buckets/records.ts'
import type { NewPart } from '../buckets/uploads.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import { etagAndChecksum } from '../objects/object-headers.ts'

export function partAddress(request: S3Request): { uploadId: string; partNumber: number } {
  const text = queryOf(request, 'partNumber') ?? ''
  const partNumber = Number(text)
  if (!/^\d{1,9}$/.test(text) || partNumber < 1 || partNumber > LIMITS.maxParts) {
    throw new S3Error(
      'InvalidArgument',
      `Part number must be an integer between 1 and ${LIMITS.maxParts}, inclusive`,
      { ArgumentName: 'partNumber', ArgumentValue: text },
    )
  }
  return { uploadId: queryOf(request, 'uploadId') ?? '', partNumber }
}

export function newPart(
  partNumber: number,
  { size, digests }: Received,
  { encryption }: UploadRecord,
): NewPart {
  const fileName = `${partNumber}-${randomBytes(8).toString('hex')}`
  return { partNumber, size, fileName, ...etagAndChecksum(digests, encryption) }
}
