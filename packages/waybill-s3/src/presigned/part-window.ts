/**
 * The presigned URLs of consecutive parts (a window), in a compact form: one URL template and one
 * string of signatures. 10,000 whole URLs would be 14.6 MB of JSON. `part-urls.ts` makes a window;
 * the client reads URLs from it.
 *
 * @module
 */

/** The presigned URLs of `count` consecutive parts. Read them with `partUrl`. */
export interface PartWindow {
  /** First part number of the window. */
  readonly from: number
  readonly count: number
  /** The URL of a part, with the placeholders `{partNumber}` and `{signature}`. */
  readonly url: string
  /** Base64url of the 32-byte signatures, one after another, part `from` first. */
  readonly signatures: string
  /** Send these with each part. */
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: Date
  /** Whether the URL has the bucket's second host name. */
  readonly secondHost?: true
}

/** The members of a window that a URL is read from; a `PartWindowMessage` has them too. */
type UrlSource = Pick<PartWindow, 'from' | 'count' | 'url' | 'signatures'>

/**
 * Bytes of a signature. Three signatures are 128 base64 characters; a single one rarely begins at
 * the start of a character.
 */
const SIGNATURE_BYTES = 32

/**
 * Reads the presigned URL of one part from a window.
 *
 * @param window - From `presignParts`, or as it came in a `PartWindowMessage`.
 * @param partNumber - `window.from` to `window.from + window.count - 1`.
 * @throws {RangeError} When the window does not hold the part or its signature.
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

/** @returns One character per byte; an empty string when the text is not base64url. */
function fromBase64Url(text: string): string {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return ''
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}
