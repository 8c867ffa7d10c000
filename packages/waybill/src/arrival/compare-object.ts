/**
 * Compares an object with its waybill. The order matters: cheap, conclusive checks come first.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { sha256Base64 } from 'waybill-s3/internal/digest'
import { baseContentType } from '../protocol/base-content-type.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { Seal } from '../seal/seal.ts'
import { MAX_SIZE_TO_HASH, type Waybill, WaybillUnreadable } from '../seal/waybill.ts'
import type { StoredObject } from '../storage/objects.ts'
import { bytesToRead, checkContent } from './content-check.ts'
import { type Rejection, rejection } from './verdict.ts'

export interface Comparison {
  /** Present if the waybill could be opened. */
  readonly waybill?: Waybill
  readonly rejection?: Rejection
  /** Present if the waybill cannot be read at the moment, although it may be genuine. */
  readonly unreadable?: WaybillUnreadable
}

export async function compareObject(
  key: string,
  head: StoredObject,
  seal: Pick<Seal, 'open'>,
  read: (length: number) => Promise<Uint8Array>,
): Promise<Comparison> {
  if (head.waybill === undefined) return { rejection: rejection('no-waybill') }
  const waybill = await openWaybill(seal, head.waybill)
  if (waybill instanceof WaybillUnreadable) return { unreadable: waybill }
  if (waybill === undefined) return { rejection: rejection('waybill-invalid') }
  if (waybill.key !== key) return { rejection: rejection('waybill-of-another') }
  const refused =
    (await compareSize(head, waybill, read)) ??
    compareHead(head, waybill) ??
    (await compareChecksum(head, waybill, read)) ??
    (await compareContent(head, waybill, read))
  return refused ? { waybill, rejection: refused } : { waybill }
}

/** @returns `undefined` if the waybill is forged. */
async function openWaybill(
  seal: Pick<Seal, 'open'>,
  sealed: string,
): Promise<Waybill | WaybillUnreadable | undefined> {
  try {
    return await seal.open(sealed)
  } catch (error) {
    if (error instanceof WaybillUnreadable) return error
    if (error instanceof UploadError) return undefined
    throw error
  }
}

async function compareSize(
  { size }: StoredObject,
  waybill: Waybill,
  read: (length: number) => Promise<Uint8Array>,
): Promise<Rejection | undefined> {
  const { min, max } = waybill.size
  if (size >= min && size <= max) return undefined
  // Fails if a proxy has changed the size. S3 has no range to read in an empty object.
  await read(1).catch((error: unknown) => {
    if (!(size === 0 && error instanceof S3Error && error.code === 'InvalidRange')) throw error
  })
  const signed = min === max ? `${max}` : `${min} to ${max}`
  return rejection('size-differs', `${size} bytes, signed for ${signed}`)
}

function compareHead(
  { type, encoding, disposition }: StoredObject,
  waybill: Waybill,
): Rejection | undefined {
  // A client can add this header to a presigned PUT. `fetch` would decode the object, so different
  // bytes would be compared.
  if (encoding !== undefined) {
    return rejection('type-differs', `${encoding.slice(0, 100)} encoding, signed without`)
  }
  // A client can add this header too. Browsers would save the object under that name, such as
  // `invoice.exe`.
  if (disposition !== undefined) {
    return rejection('type-differs', `${disposition.slice(0, 100)} disposition, signed without`)
  }
  if (baseContentType(type) !== baseContentType(waybill.type)) {
    return rejection('type-differs', `${type.slice(0, 100)}, signed as ${waybill.type}`)
  }
  return undefined
}

async function compareChecksum(
  { size, sha256 }: StoredObject,
  waybill: Waybill,
  read: (length: number) => Promise<Uint8Array>,
): Promise<Rejection | undefined> {
  if (waybill.sha256 === undefined) return undefined
  const found = sha256 ?? (await hashOf(size, read))
  if (found === waybill.sha256) return undefined
  return rejection('checksum-differs', `${found ?? 'S3 keeps none'}, signed ${waybill.sha256}`)
}

async function hashOf(
  size: number,
  read: (length: number) => Promise<Uint8Array>,
): Promise<string | undefined> {
  if (size > MAX_SIZE_TO_HASH) return undefined
  return sha256Base64(size === 0 ? '' : await read(size))
}

async function compareContent(
  { size }: StoredObject,
  { type }: Waybill,
  read: (length: number) => Promise<Uint8Array>,
): Promise<Rejection | undefined> {
  const bytes = size === 0 ? new Uint8Array() : await read(bytesToRead(type, size))
  return checkContent(bytes, type, size)
}
