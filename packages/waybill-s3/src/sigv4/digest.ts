/**
 * SHA-256 and HMAC-SHA-256, in the platform's fastest implementation.
 *
 * Node's crypto is synchronous and Web Crypto returns promises, so their common interface returns
 * `MaybePromise`. The signing functions await only actual promises, because an `await` costs as
 * much as a hash.
 *
 * @module
 */

export type MaybePromise<T> = T | Promise<T>

/** Calls `next` immediately, or once the promise resolves. */
export function andThen<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** HMAC-SHA-256 with one key, prepared for many messages. */
export interface Hmac {
  /** @returns The 32 bytes. */
  bytes(message: string): MaybePromise<Uint8Array<ArrayBuffer>>
  /** @returns 64 lower-case hexadecimal digits, which AWS calls a signature. */
  hex(message: string): MaybePromise<string>
}

/** The hashes and encodings needed for signing. */
export interface Digest {
  /** SHA-256 in lower-case hexadecimal. Strings are hashed as UTF-8. */
  sha256Hex(data: string | Uint8Array): MaybePromise<string>
  /**
   * @returns A function that computes `sha256Hex(prefix + rest)`. In Node, the prefix is hashed
   *   only once.
   */
  sha256HexAfter(prefix: string): (rest: string) => MaybePromise<string>
  /** Encodes text as UTF-8 and then as base64. */
  base64(text: string): string
  /** Encodes bytes as base64url without padding. */
  base64Url(bytes: Uint8Array): string
  /** @param key - Raw key bytes. */
  hmac(key: Uint8Array<ArrayBuffer>): MaybePromise<Hmac>
}

let chosen: Digest | undefined

/** Chooses Node's crypto where it exists (Node, Bun, Deno, Lambda), otherwise Web Crypto. */
export function platformDigest(): Digest {
  chosen ??= nodeDigest() ?? webDigest()
  return chosen
}

/** @returns `undefined` on platforms without Node's crypto (browsers, most edge runtimes). */
export function nodeDigest(): Digest | undefined {
  const node = nodeCrypto()
  if (!node) return undefined
  return {
    sha256Hex: (data) => node.hash('sha256', data, 'hex'),
    sha256HexAfter: (prefix) => {
      const kept = node.createHash('sha256').update(prefix)
      return (rest) => kept.copy().update(rest).digest('hex')
    },
    base64: (text) => globalThis.Buffer.from(text).toString('base64'),
    base64Url: (bytes) => globalThis.Buffer.from(bytes).toString('base64url'),
    hmac: (raw) => {
      const key = node.createSecretKey(raw)
      const of = (message: string) => node.createHmac('sha256', key).update(message)
      return {
        hex: (message) => of(message).digest('hex'),
        bytes: (message) => new Uint8Array(of(message).digest()),
      }
    },
  }
}

/** Uses `crypto.subtle` (browsers, workers, Deno, Bun and Node). */
export function webDigest(): Digest {
  return {
    sha256Hex: async (data) => toHex(await crypto.subtle.digest('SHA-256', toBytes(data))),
    sha256HexAfter: (prefix) => async (rest) =>
      toHex(await crypto.subtle.digest('SHA-256', toBytes(prefix + rest))),
    base64: (text) => btoa(toBinary(encoder.encode(text))),
    base64Url: (bytes) =>
      btoa(toBinary(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    hmac: async (raw) => {
      const algorithm = { name: 'HMAC', hash: 'SHA-256' }
      const key = await crypto.subtle.importKey('raw', raw, algorithm, false, ['sign'])
      const bytes = async (message: string) =>
        new Uint8Array(await crypto.subtle.sign('HMAC', key, toBytes(message)))
      return { bytes, hex: async (message) => toHex(await bytes(message)) }
    },
  }
}

const encoder = new TextEncoder()

function toBytes(data: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data)
}

function toBinary(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return binary
}

export function toHex(data: ArrayBuffer | Uint8Array): string {
  let hex = ''
  for (const byte of new Uint8Array(data)) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/** Strings are hashed as UTF-8. */
export async function sha256Base64(data: string | Uint8Array): Promise<string> {
  const hex = await platformDigest().sha256Hex(data)
  return btoa(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))
}

export type NodeCrypto = typeof import('node:crypto')

/**
 * Gets Node's crypto without importing it, because an import of `node:crypto` would break bundles
 * for browsers and edge runtimes.
 *
 * @returns `undefined` on platforms without it (browsers, most edge runtimes).
 */
export function nodeCrypto(): NodeCrypto | undefined {
  try {
    return globalThis.process?.getBuiltinModule?.('node:crypto')
  } catch {
    // In Next.js's edge runtime, the functions of `process` exist but throw.
    return undefined
  }
}
