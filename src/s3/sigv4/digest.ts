/**
 * SHA-256 and HMAC-SHA-256, as fast as the platform has them.
 *
 * Where Node is there, its synchronous crypto answers at once: a cached `KeyObject` makes an HMAC five times
 * cheaper than a raw key, and a kept hash state makes thousands of part signatures cost only what differs between
 * them. Everywhere else Web Crypto answers with a promise. Both stand behind one interface, whose answers are
 * `MaybePromise`: the signing functions await only what is a promise, because an `await` costs as much as a hash.
 *
 * @module
 */

/** A value now, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>

/** @returns `next(value)`, at once unless the value is still a promise. */
export function andThen<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** HMAC-SHA-256 under one key, kept ready for many messages. */
export interface Hmac {
  /** @returns The 32 bytes. */
  bytes(message: string): MaybePromise<Uint8Array<ArrayBuffer>>
  /** @returns The 64 lower-case hexadecimal digits that AWS calls a signature. */
  hex(message: string): MaybePromise<string>
}

export interface Digest {
  /** SHA-256 in lower-case hexadecimal. Strings are hashed as UTF-8. */
  sha256Hex(data: string | Uint8Array): MaybePromise<string>
  /** @returns A function that answers `sha256Hex(prefix + rest)`; Node hashes the prefix only once. */
  sha256HexAfter(prefix: string): (rest: string) => MaybePromise<string>
  /** UTF-8, then base64: what a policy is before it is signed. */
  base64(text: string): string
  /** Without padding. */
  base64Url(bytes: Uint8Array): string
  /** @param key - Raw key bytes. */
  hmac(key: Uint8Array<ArrayBuffer>): MaybePromise<Hmac>
}

type NodeCrypto = typeof import('node:crypto')
type KeyObject = ReturnType<NodeCrypto['createSecretKey']>

let chosen: Digest | undefined

/** @returns Node's crypto where it is there (Node, Bun, Deno, Lambda), else Web Crypto's. */
export function platformDigest(): Digest {
  chosen ??= nodeDigest() ?? webDigest()
  return chosen
}

/** @returns The synchronous digests, or `undefined` where there is no Node crypto (browsers, most edge runtimes). */
export function nodeDigest(): Digest | undefined {
  // Reached through `getBuiltinModule` so that no bundler follows it and no browser meets a `node:` import.
  const node: NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (!node) return undefined
  return {
    sha256Hex: (data) => node.hash('sha256', data, 'hex'),
    sha256HexAfter: (prefix) => {
      const kept = node.createHash('sha256').update(prefix)
      return (rest) => kept.copy().update(rest).digest('hex')
    },
    base64: (text) => globalThis.Buffer.from(text).toString('base64'),
    base64Url: (bytes) => globalThis.Buffer.from(bytes).toString('base64url'),
    hmac: (key) => nodeHmac(node, node.createSecretKey(key)),
  }
}

function nodeHmac(node: NodeCrypto, key: KeyObject): Hmac {
  return {
    bytes: (message) => new Uint8Array(node.createHmac('sha256', key).update(message).digest()),
    hex: (message) => node.createHmac('sha256', key).update(message).digest('hex'),
  }
}

/** @returns The digests over `crypto.subtle`, present in browsers, workers, Deno, Bun and Node. */
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

/** @returns Lower-case hexadecimal. */
export function toHex(data: ArrayBuffer | Uint8Array): string {
  let hex = ''
  for (const byte of new Uint8Array(data)) hex += byte.toString(16).padStart(2, '0')
  return hex
}
