import type { Bucket } from '../buckets/bucket.ts'
import type { ObjectRecord } from '../buckets/records.ts'
import { decrypted, type EncryptedExtent } from '../encryption/customer-cipher.ts'
import type { CustomerKey } from '../encryption/customer-key.ts'
import type { Call } from '../operations/call.ts'
import type { ObjectBytes } from '../storage/storage.ts'

/** Reads a range of an object, and decrypts it if the object needs a customer-provided key. */
export async function readBytes(
  { service }: Call,
  bucket: Bucket,
  record: ObjectRecord,
  key: CustomerKey | undefined,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<ObjectBytes> {
  const bytes = await service.store.storage.readObject(bucket.name, record, start, end)
  return key ? decrypted(bytes, key, extentsOf(record), start) : bytes
}

function extentsOf({ encryption, size, parts }: ObjectRecord): readonly EncryptedExtent[] {
  if (parts) return parts.map((part) => ({ size: part.size, salt: part.salt ?? '' }))
  return encryption?.algorithm === 'SSE-C' ? [{ size, salt: encryption.salt }] : []
}
