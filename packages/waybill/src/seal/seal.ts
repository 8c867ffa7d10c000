/**
 * Seals waybills as compact JWEs (`dir`, A256GCM) with a key derived from the signer's secret. Only
 * the signer can create and read them, so the signer needs no database.
 *
 * S3 stores the sealed waybill with the object, where anyone who can read the object may see it.
 * Clients must therefore also present an authentication code that S3 never receives. For a
 * multipart upload, the code also covers the upload id, so it does not work for another upload with
 * the same key.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516
 * @module
 */

import type { MaybePromise } from 'waybill-s3/internal/digest'
import { MAX_WAYBILL_SIZE } from '../protocol/message-limits.ts'
import { UploadError } from '../protocol/upload-error.ts'
import {
  type Authenticate,
  fromBase64Url,
  joinPresented,
  nodeSealCrypto,
  readSealedText,
  type SealCrypto,
  type SealedText,
  splitPresented,
  toBase64Url,
} from './seal-crypto.ts'
import { readSecrets, type SealSecret } from './secret.ts'
import { formatWaybill, parseWaybill, type Waybill, WaybillUnreadable } from './waybill.ts'

/**
 * Where objects are stored. Signers for different places can share a secret and still reject each
 * other's waybills.
 */
export interface SealPlace {
  readonly bucket: string
  readonly region: string
  /**
   * Every object key starts with this prefix.
   * @default ''
   */
  readonly prefix?: string
}

export interface Seal {
  /**
   * Seals a waybill for storage with the object.
   *
   * @returns Up to 1,536 base64url characters and dots. The file name and folders are dropped if
   *   they do not fit.
   * @throws {UploadError} `REQUEST_INVALID` if key, owner and metadata together are too long.
   */
  seal(waybill: Waybill): Promise<string>
  /**
   * Adds the authentication code to a waybill that this seal has just sealed. Clients present the
   * result.
   *
   * @param uploadId - The id of a multipart upload. The code covers it.
   */
  present(sealed: string, uploadId?: string): Promise<string>
  /**
   * Opens a waybill as S3 stores it. Does not check whether it has expired.
   *
   * @throws {UploadError} `WAYBILL_INVALID` if it is forged, or sealed for another bucket, region
   *   or prefix.
   * @throws {WaybillUnreadable} If it was sealed with an unknown secret or by another version.
   */
  open(sealed: string): Promise<Waybill>
  /**
   * Opens a waybill as a client presents it.
   *
   * @param uploadId - The upload id that the client presents. Ignored for single-request uploads.
   * @throws {UploadError} `WAYBILL_INVALID`, also if the authentication code is missing or wrong;
   *   `REQUEST_INVALID` if a multipart upload is presented without its upload id.
   * @throws {WaybillUnreadable} Under the same conditions as `open`.
   */
  openPresented(text: string, uploadId?: string): Promise<OpenedWaybill>
}

interface OpenedWaybill {
  readonly waybill: Waybill
  /** The waybill as S3 stores it. */
  readonly sealed: string
}

/**
 * @param place - Where the signer stores objects. The arrival handler needs the same place.
 * @throws {RangeError} If there is no secret, or if one is too short.
 */
export function createSeal(secret: SealSecret, place: SealPlace): Seal {
  const secrets = readSecrets(secret)
  const [first] = secrets
  const keyOf = kept((text) => sealingKey(text, place))
  const findKey = async ({ header }: SealedText): Promise<SealingKey> => {
    for (const each of secrets) {
      const key = await keyOf(each)
      if (key.header === header) return key
    }
    throw unknownKey(header)
  }
  return {
    seal: async (waybill) => sealWith(await keyOf(first), waybill),
    present: async (sealed, uploadId) => {
      const { authenticate } = await keyOf(first)
      return joinPresented(sealed, await authenticate(covered(sealed, uploadId)))
    },
    open: async (text) => {
      const sealed = readSealed(text)
      return openWith(await findKey(sealed), sealed)
    },
    openPresented: async (text, uploadId) => {
      const presented = splitPresented(text)
      if (!presented) throw notOurs()
      const { sealed, code } = presented
      const parts = readSealed(sealed)
      const key = await findKey(parts)
      const waybill = await openWith(key, parts)
      const id = waybill.strategy === 'multipart' ? required(uploadId) : undefined
      checkCode(code, await key.authenticate(covered(sealed, id)))
      return { sealed, waybill }
    },
  }
}

/** A sealed waybill contains no `~`, so different pairs never result in the same text. */
function covered(sealed: string, uploadId: string | undefined): string {
  return uploadId === undefined ? sealed : `${sealed}~${uploadId}`
}

function required(uploadId: string | undefined): string {
  if (uploadId !== undefined) return uploadId
  throw new UploadError('REQUEST_INVALID', 'uploadId is missing')
}

function kept<Key>(derive: (secret: string) => Promise<Key>): (secret: string) => Promise<Key> {
  const keys = new Map<string, Promise<Key>>()
  return (secret) => {
    const key = keys.get(secret) ?? derive(secret)
    keys.set(secret, key)
    return key
  }
}

async function sealWith(key: SealingKey, waybill: Waybill): Promise<string> {
  const whole = await key.seal(formatWaybill(waybill))
  if (whole.length <= MAX_WAYBILL_SIZE) return whole
  // Do not reject a file only because its name or path is long.
  const sealed = await key.seal(formatWaybill(waybill, 'short'))
  if (sealed.length <= MAX_WAYBILL_SIZE) return sealed
  throw new UploadError(
    'REQUEST_INVALID',
    `waybill is ${sealed.length} bytes, at most ${MAX_WAYBILL_SIZE} fit into object metadata: ` +
      'shorten the metadata, the key or the owner',
  )
}

function readSealed(text: string): SealedText {
  const sealed = readSealedText(text)
  if (!sealed) throw notOurs()
  return sealed
}

async function openWith(key: SealingKey, sealed: SealedText): Promise<Waybill> {
  const plain = await key.open(sealed)
  if (plain === undefined) throw notOurs()
  return parseWaybill(plain)
}

function checkCode(code: string | undefined, expected: string): void {
  if (code === undefined) {
    throw new UploadError(
      'WAYBILL_INVALID',
      'waybill has no authentication code: present it as the signer gave it, not as S3 keeps it',
    )
  }
  if (!isEqual(code, expected)) throw notOurs()
}

/** Compares two strings in constant time. */
function isEqual(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let at = 0; at < b.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}

/** A header in any other format was not written by a signer. */
function unknownKey(header: string): Error {
  const name = keyNameIn(header)
  if (name === undefined) return notOurs()
  return new WaybillUnreadable(
    `waybill was sealed with a secret that is not among those given (its key is ${name})`,
  )
}

function notOurs(): UploadError {
  return new UploadError('WAYBILL_INVALID', 'waybill was not sealed by this signer')
}

/** A key that seals. Its name tells which one has sealed a text. */
export interface NamedKey {
  /** The encoded header of everything that this key seals. It contains the key's name. */
  readonly header: string
  seal(plain: string): Promise<string>
  /** @returns `undefined` if the text was not sealed with this key. */
  open(sealed: SealedText): Promise<string | undefined>
}

interface SealingKey extends NamedKey {
  readonly authenticate: Authenticate
}

/** In bytes. */
export const KEY_LENGTH = 32
/** In bytes. 48 bits are enough to distinguish a signer's few secrets. */
export const KEY_NAME_LENGTH = 6

export function namedKey(
  { cipher }: SealCrypto,
  name: Uint8Array,
  key: Uint8Array<ArrayBuffer>,
): NamedKey {
  const header = { alg: 'dir', enc: 'A256GCM', kid: toBase64Url(name) } as const
  const { seal, open } = cipher(key, header)
  return {
    header: toBase64Url(new TextEncoder().encode(JSON.stringify(header))),
    seal: async (plain) => seal(plain),
    open: async (sealed) => open(sealed),
  }
}

/**
 * Derives two keys from a secret for one place. One seals waybills, the other authenticates what
 * clients present. The key's name (`kid`) depends only on the secret, but the secret cannot be
 * recovered from it.
 */
async function sealingKey(secret: string, place: SealPlace): Promise<SealingKey> {
  const crypto = await chooseSealCrypto()
  const { bucket, region, prefix = '' } = place
  const scope = JSON.stringify([bucket, region, prefix])
  const derive = (purpose: string, length = KEY_LENGTH) => crypto.derive(secret, purpose, length)
  const name = await derive('waybill kid 1', KEY_NAME_LENGTH)
  const key = await derive(`waybill seal 1\n${scope}`)
  const codeKey = await derive(`waybill code 1\n${scope}`)
  return { ...namedKey(crypto, name, key), authenticate: crypto.authenticator(codeKey) }
}

const HEADER = /^\{"alg":"dir","enc":"A256GCM","kid":"([\w-]{8})"\}$/

/** Returns the key's name from an encoded header, even if the key is unknown. */
function keyNameIn(header: string): string | undefined {
  return HEADER.exec(fromBase64Url(header))?.[1]
}

/**
 * A Lambda function has already loaded `node:crypto` for signing. Web Crypto and `jose` would make
 * its first request slower, so they are used only on other platforms.
 */
export function chooseSealCrypto(): MaybePromise<SealCrypto> {
  return nodeSealCrypto() ?? import('./web-seal-crypto.ts').then((web) => web.webSealCrypto())
}
