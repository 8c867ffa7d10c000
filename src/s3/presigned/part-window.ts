/**
 * The presigned URLs of a window of parts, as they travel: one template and one string of signatures, because
 * 10,000 whole URLs are 14.6 MB of JSON. The client reads URLs out of it; `part-urls.ts` makes it.
 *
 * @module
 */

export interface PartWindow {
  /** First part number of the window. */
  readonly from: number
  readonly count: number
  /** Holds `{partNumber}` and `{signature}`. */
  readonly url: string
  /** Base64url of the 32-byte signatures, one after another, part `from` first. */
  readonly signatures: string
  /** To be sent with each part. */
  readonly headers: Readonly<Record<string, string>>
  readonly expiration: Date
}

/** What of a window a URL is read out of; a `PartWindowMessage` will do. */
type UrlSource = Pick<PartWindow, 'from' | 'count' | 'url' | 'signatures'>

/** 32 bytes are 43 base64 characters, rarely on a character's edge: three signatures are 128 characters. */
const SIGNATURE_BYTES = 32

/**
 * @returns The presigned URL of one part.
 * @throws {RangeError} When the part is not in the window, or its signature is not.
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

/** @returns One character per byte; nothing when the text is not base64url. */
function fromBase64Url(text: string): string {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return ''
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}
