/**
 * A `multipart/form-data` body as a `Blob`: its length is known and its bytes can be counted as they leave, which a
 * `FormData` allows in no `fetch`. The file inside it is a reference, not a copy.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 * @module
 */

/**
 * @param fields - In the order in which they are sent.
 * @param file - Sent last, as S3 wants it, under the name `file`.
 * @param random - 0 to below 1.
 * @returns The body; its `type` is the Content-Type to send.
 */
export function formBody(
  fields: Readonly<Record<string, string>>,
  file: Blob,
  random: () => number,
): Blob {
  // The file may hold any bytes, so its end must not be guessable: 100 random bits.
  const digits = Array.from({ length: 20 }, () => Math.floor(random() * 32).toString(32))
  const boundary = `waybill-${digits.join('')}`
  const parts: BlobPart[] = []
  for (const [name, value] of Object.entries(fields)) {
    parts.push(
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n`,
    )
    parts.push(value, '\r\n')
  }
  parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n`)
  parts.push('Content-Type: application/octet-stream\r\n\r\n', file, `\r\n--${boundary}--\r\n`)
  return new Blob(parts, { type: `multipart/form-data; boundary=${boundary}` })
}

function escapeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}
