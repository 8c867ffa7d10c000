/**
 * Seals receipts of completed uploads.
 *
 * Receipt keys are derived from the signer's secret for this purpose only. A server with such a key
 * can read and create receipts, but not waybills.
 *
 * @module
 */

import type { ObjectChecksum } from '../protocol/messages.ts'
import { UploadError } from '../protocol/upload-error.ts'
import {
  chooseSealCrypto,
  KEY_LENGTH,
  KEY_NAME_LENGTH,
  type NamedKey,
  namedKey,
  type SealPlace,
} from './seal.ts'
import { fromBase64Url, readSealedText, toBase64Url } from './seal-crypto.ts'
import { readSecrets } from './secret.ts'

/**
 * Describes a stored object as it was when its upload was completed. The signer seals the receipt,
 * a page submits it, and the application's server opens it.
 */
export interface Receipt {
  readonly bucket: string
  readonly key: string
  /** Present in a bucket with versioning. */
  readonly versionId?: string
  /** In bytes. */
  readonly size: number
  /** Content type. */
  readonly type: string
  /** With quotes, as S3 writes it. */
  readonly etag: string
  /** S3's checksum of the whole object. Missing if the store has none. */
  readonly checksum?: ObjectChecksum
  /** The file name that the uploader chose, without folders. */
  readonly name: string
  /** The folders and file name that the uploader chose. */
  readonly path: string
  /** Unique for each upload. */
  readonly id: string
  /** Sent by the client. The uploader chooses the values, and the signer limits only their size. */
  readonly metadata: Readonly<Record<string, string>>
  /** The uploader, as returned by `authorize`. Missing for an upload without an owner. */
  readonly owner?: string
  /** Name of the upload rule. */
  readonly rule: string
  /**
   * When the object was stored, in whole seconds, or when the upload was granted if the store does
   * not report a time. For a multipart upload, S3 reports the time at which it was started.
   */
  readonly lastModified: Date
}

/** `formatReceipt` adds bucket, region and prefix. */
type PlacelessReceipt = Omit<Receipt, 'bucket'>

export interface ReceiptSeal {
  seal(receipt: PlacelessReceipt): Promise<string>
  /**
   * @param text - The submitted value, of any type.
   * @throws {UploadError} `RECEIPT_INVALID` if none of the keys opens the text, or if it is for
   *   another bucket, region or prefix.
   */
  open(text: unknown): Promise<Receipt>
}

/**
 * @param keys - Functions that return keys. They are called on first use. The first key seals
 *   receipts, and all of them can open receipts.
 * @param place - Sealed into each receipt. Receipts for another place are rejected.
 */
export function createReceiptSeal(
  keys: readonly [() => Promise<string>, ...(() => Promise<string>)[]],
  place: SealPlace,
): ReceiptSeal {
  const [first, ...others] = keys.map(once) as [LazyKey, ...LazyKey[]]
  return {
    seal: async (receipt) => (await first()).seal(formatReceipt(receipt, place)),
    open: async (text) => {
      const sealed = readReceiptText(text)
      for (const key of [first, ...others]) {
        const { header, open } = await key()
        if (header !== sealed.header) continue
        const plain = await open(sealed)
        if (plain !== undefined) return parseReceipt(plain, place)
      }
      throw notOurs()
    },
  }
}

type LazyKey = () => Promise<NamedKey>

function once(derive: () => Promise<string>): LazyKey {
  let made: Promise<NamedKey> | undefined
  return () => {
    made ??= derive().then(receiptKey)
    return made
  }
}

/** Receipts are always shorter, even with the longest key, name, owner and metadata. */
const MAX_RECEIPT_LENGTH = 16_384

function readReceiptText(text: unknown): NonNullable<ReturnType<typeof readSealedText>> {
  if (typeof text !== 'string') {
    const given = text === null ? 'null' : Array.isArray(text) ? 'a list' : typeof text
    throw new UploadError('RECEIPT_INVALID', `receipt is ${given}, expected the text of a receipt`)
  }
  if (text.length > MAX_RECEIPT_LENGTH) {
    throw new UploadError(
      'RECEIPT_INVALID',
      `receipt is ${text.length} characters, at most ${MAX_RECEIPT_LENGTH} are read`,
    )
  }
  const sealed = readSealedText(text)
  if (!sealed) throw notOurs()
  return sealed
}

function notOurs(): UploadError {
  return new UploadError('RECEIPT_INVALID', 'receipt was not sealed by this signer')
}

function formatReceipt(
  { lastModified, ...receipt }: PlacelessReceipt,
  { bucket, region, prefix = '' }: SealPlace,
): string {
  const place = [bucket, region, prefix]
  return JSON.stringify({ v: 1, place, ...receipt, lastModified: lastModified.getTime() })
}

/**
 * Parses what `formatReceipt` returned. Only a holder of the key can have sealed it, so an unknown
 * format comes from another version.
 *
 * Several signers may share a secret, so receipts for another bucket, region or prefix are
 * rejected. Their owner may be a different person with the same name.
 *
 * @throws {UploadError} `RECEIPT_INVALID`
 */
function parseReceipt(text: string, here: SealPlace): Receipt {
  const { v, place, lastModified, ...receipt } = JSON.parse(text)
  if (v !== 1) throw invalid('receipt was sealed by another version of the signer')
  const { bucket, region, prefix = '' } = here
  const [itsBucket, itsRegion, itsPrefix] = place
  if (itsBucket !== bucket) throw invalid('receipt is of an object in another bucket')
  if (itsRegion !== region) throw invalid('receipt is of an object in another region')
  if (itsPrefix !== prefix) throw invalid('receipt is of an object in another prefix')
  return { bucket, ...receipt, lastModified: new Date(lastModified) }
}

function invalid(message: string): UploadError {
  return new UploadError('RECEIPT_INVALID', message)
}

/**
 * Derives the key that lets a server other than the signer read receipts. The secret cannot be
 * recovered from the key. Anyone who holds the key can also create receipts.
 *
 * @param secret - The signer's secret, at least 32 characters.
 * @returns 43 base64url characters.
 * @throws {RangeError} If the secret is too short.
 * @example
 * ```ts
 * console.log(await deriveReceiptKey(secret)) // RECEIPT_KEY of the server that reads receipts
 * ```
 */
export async function deriveReceiptKey(secret: string): Promise<string> {
  const [checked] = readSecrets(secret)
  const { derive } = await chooseSealCrypto()
  return toBase64Url(await derive(checked, 'waybill receipt 1', KEY_LENGTH))
}

/** 32 bytes in base64url. */
const KEY = /^[\w-]{42}[AEIMQUYcgkosw048]$/

/** @throws {RangeError} If the text is not a key. The message never contains the text. */
export function checkReceiptKey(text: unknown): string {
  if (typeof text === 'string' && KEY.test(text)) return text
  const given = typeof text === 'string' ? `${text.length} characters` : typeof text
  throw new RangeError(
    `keys: a key is ${given}, expected the 43 characters that waybill secret receipt-key prints`,
  )
}

async function receiptKey(text: string): Promise<NamedKey> {
  const crypto = await chooseSealCrypto()
  const name = await crypto.derive(text, 'receipt kid 1', KEY_NAME_LENGTH)
  const key = Uint8Array.from(fromBase64Url(text), (character) => character.charCodeAt(0))
  return namedKey(crypto, name, key)
}
