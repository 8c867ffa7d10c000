/** Signs text with SHA-256. ECDSA signatures are in DER, as OpenSSL writes them. */
export type SignText = (text: string) => Promise<Uint8Array>

/**
 * The DER encoding of the algorithm identifiers `rsaEncryption`, and `ecPublicKey` on `prime256v1`.
 */
const RSA = bytesOfHex('300d06092a864886f70d0101010500')
const EC_P256 = bytesOfHex('301306072a8648ce3d020106082a8648ce3d030107')

const RSA_SHA256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const
const ECDSA_SHA256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The key is a PEM label. The value is the algorithm, if the label determines it. */
const FORMS: Readonly<Record<string, Uint8Array | undefined>> = {
  'PRIVATE KEY': undefined,
  'RSA PRIVATE KEY': RSA,
  'EC PRIVATE KEY': EC_P256,
}

const EXPECTED =
  'expected the PEM of an RSA key of 2048 bits or of an ECDSA key on P-256, without a passphrase'

/**
 * @throws {TypeError} If CloudFront does not accept such a key. The message never contains the key.
 */
export async function readPrivateKey(pem: string): Promise<SignText> {
  const pkcs8 = readPem(pem)
  const isRsa = includes(pkcs8, RSA)
  const algorithm = isRsa ? RSA_SHA256 : ECDSA_SHA256
  const key = await crypto.subtle
    .importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
    .catch(() => {
      // Omit the platform's error, because it may quote the key.
      throw new TypeError(`the private key cannot be read, ${EXPECTED}`)
    })
  refuseOtherLengths(key)
  return async (text) => {
    const signature = new Uint8Array(
      await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text)),
    )
    return isRsa ? signature : derSignature(signature)
  }
}

function readPem(pem: string): Uint8Array<ArrayBuffer> {
  // `openssl ecparam` writes the curve parameters before the key.
  const [, label = '', base64 = ''] =
    /-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(pem) ?? []
  if (!Object.hasOwn(FORMS, label)) {
    throw new TypeError(`the private key is ${label ? `'${label}'` : 'not PEM'}, ${EXPECTED}`)
  }
  const der = bytesOfBase64(base64)
  const algorithm = FORMS[label]
  return algorithm ? derSequence(derInteger(Uint8Array.of(0)), algorithm, derOctets(der)) : der
}

function refuseOtherLengths({ algorithm }: CryptoKey): void {
  const length = 'modulusLength' in algorithm ? algorithm.modulusLength : undefined
  if (length === undefined || length === 2048) return
  throw new TypeError(`the private key has ${length} bits, ${EXPECTED}`)
}

/** Web Crypto returns the two integers of an ECDSA signature one after the other, without DER. */
function derSignature(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  return derSequence(derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half)))
}

function includes(bytes: Uint8Array, part: Uint8Array): boolean {
  return String.fromCharCode(...bytes).includes(String.fromCharCode(...part))
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (char) => char.charCodeAt(0))
  } catch {
    throw new TypeError(`the private key is not valid base64, ${EXPECTED}`)
  }
}

export function derSequence(...elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return element(0x30, concat(elements))
}

export function derOctets(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return element(0x04, bytes)
}

/**
 * Encodes a non-negative INTEGER.
 *
 * @param bytes - Big-endian, at least one byte. Leading zeros are dropped. One zero byte is added
 *   if the number would otherwise be negative.
 */
export function derInteger(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  const isNegative = (digits[0] ?? 0) >= 0x80
  return element(0x02, isNegative ? concat([Uint8Array.of(0), digits]) : digits)
}

function element(tag: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat([Uint8Array.of(tag, ...lengthOf(content.length)), content])
}

/** From length 128 on, the first byte contains the number of length bytes that follow. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256)
  return [0x80 + digits.length, ...digits]
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
