import { randomBytes } from 'node:crypto'
import { S3Error } from 'waybill-s3'
import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import type { Received } from '../body/receive.ts'
import type { UploadRecord } from '../buckets/records.ts'
import type { NewPart } from '../buckets/uploads.ts'
import { type ByteCipher, cipherAt, newSalt } from '../encryption/customer-cipher.ts'
import { type CustomerKey, keyForPart } from '../encryption/customer-key.ts'
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
  salt: string | undefined,
): NewPart {
  const fileName = `${partNumber}-${randomBytes(8).toString('hex')}`
  const sealed = salt === undefined ? {} : { salt }
  return { partNumber, size, fileName, ...etagAndChecksum(digests, encryption), ...sealed }
}

/** Each part has a new salt, because a part that is uploaded again must not reuse the keystream. */
export function partEncryption(
  { encryption }: UploadRecord,
  request: S3Request,
): { key?: CustomerKey; salt?: string; cipher?: ByteCipher } {
  const key = keyForPart(encryption, request)
  if (!key) return {}
  const salt = newSalt()
  return { key, salt, cipher: cipherAt(key, salt) }
}
