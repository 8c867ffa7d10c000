/**
 * Part windows. A window consists of one URL template and one string of signatures, because 10,000
 * full URLs would be many megabytes of JSON. `part-urls.ts` creates windows, and the client reads
 * URLs from them.
 *
 * @module
 */

/** The presigned URLs of consecutive parts, in a compact form. Use `partUrl` to read them. */
export interface PartWindow {
  /** The number of the first part. */
  readonly from: number
  readonly count: number
  /** A URL with the placeholders `{partNumber}` and `{signature}`. */
  readonly url: string
  /** The parts' 32-byte signatures, one after the other, in base64url. */
  readonly signatures: string
  /** Headers to send with each part. */
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: Date
  /** Whether the URLs use the bucket's second host name. */
  readonly secondHost?: true
}

/** The properties needed to read a URL. A `PartWindowMessage` has them too. */
type UrlSource = Pick<PartWindow, 'from' | 'count' | 'url' | 'signatures'>

/**
 * Three signatures are exactly 128 base64 characters, so most signatures begin in the middle of a
 * character.
 */
const SIGNATURE_BYTES = 32

/**
 * Returns the presigned URL of one part in a window.
 *
 * @param window - From `presignParts`, or parsed from its JSON.
 * @param partNumber - From `window.from` to `window.from + window.count - 1`.
 * @throws {RangeError} If the window does not contain the part or its signature.
 */
export function partUrl(window: UrlSource, partNumber: number): string {
  const index = partNumber - window.from
  if (!Number.isInteger(index) || index < 0 || index >= window.count) {
    throw new RangeError(
      `partNumber is ${partNumber}, the window holds ${window.from} to ${window.from + window.count - 1}`,
    )
  }
  const first = Math.floor((index * SIGNATURE_BYTES) / 3) * 4
  const skip = (index * SIGNATURE_BYTES) % 3
  const base64Url = window.signatures.slice(first, first + 48)
  const binary = fromBase64Url(base64Url).slice(skip, skip + SIGNATURE_BYTES)
  if (binary.length < SIGNATURE_BYTES) {
    throw new RangeError(`signatures do not hold part ${partNumber}`)
  }
  let hex = ''
  for (const char of binary) hex += char.charCodeAt(0).toString(16).padStart(2, '0')
  return window.url.replace('{partNumber}', String(partNumber)).replace('{signature}', hex)
}

/** @returns One character per byte, or an empty string if the text is not base64url. */
function fromBase64Url(text: string): string {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return ''
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}
