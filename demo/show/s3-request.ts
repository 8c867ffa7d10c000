/**
 * The requests that lie to S3: how they are sent, and how they look as commands for a shell.
 *
 * @module
 */

/** A request that a browser sends to S3. */
export interface S3Request {
  readonly url: string
  /** The fields of a form. Without them, `body` is all that is sent. */
  readonly fields?: Readonly<Record<string, string>>
  /** A form's file, or the body. */
  readonly body: Content
}

/** A file, or one whose end was changed. */
export interface Content {
  readonly blob: Blob
  /** A command that prints the original file, of which the first `keeps` bytes are sent. */
  readonly shell: string
  readonly keeps: number
  /** The bytes that follow. */
  readonly end: readonly number[]
}

/** @param shell - A command that prints the file. */
export function contentOf(blob: Blob, shell: string): Content {
  return { blob, shell, keeps: blob.size, end: [] }
}

export function withEnd({ blob, shell }: Content, keeps: number, end: readonly number[]): Content {
  const parts = [blob.slice(0, keeps), new Uint8Array(end)]
  return { blob: new Blob(parts), shell, keeps, end }
}

export interface S3Response {
  readonly status: number
  readonly statusText: string
  readonly body: string
  /** S3's error code. */
  readonly code: string
}

/** @throws {Error} If S3 does not answer. */
export async function send(
  fetch: typeof globalThis.fetch,
  { url, fields, body: { blob } }: S3Request,
): Promise<S3Response> {
  // Neither body needs a preflight.
  const sent = fields ? formOf(fields, blob) : blob
  const response = await fetch(url, { method: 'POST', body: sent }).catch((cause: unknown) => {
    throw new Error('S3 does not respond. Is the connection cut?', { cause })
  })
  const body = await response.text()
  const code = /<Code>([^<]*)/.exec(body)?.[1] ?? ''
  return { status: response.status, statusText: response.statusText, body, code }
}

function formOf(fields: Readonly<Record<string, string>>, file: Blob): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', file) // must be the last field
  return form
}

/** Returns a command that sends the same requests. Its signatures work until `expiration`. */
export function asCurl(requests: readonly S3Request[], expiration: Date): string {
  const commands = requests.map(({ url, fields, body }) =>
    fields
      ? [
          `${printed(body)} | curl -i ${quoted(url)}`,
          ...Object.entries(fields).map(
            ([name, value]) => `--form-string ${quoted(`${name}=${value}`)}`,
          ),
          `-F 'file=@-'`,
        ].join(' \\\n  ')
      : `${printed(body)} | curl -i ${quoted(url)} -H 'Content-Type:' --data-binary @-`,
  )
  return [`# Signed until ${expiration.toISOString()}`, ...commands].join('\n')
}

function printed({ shell, keeps, end }: Content): string {
  if (end.length === 0) return shell
  const octal = end.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
  return `{ ${shell} | head -c ${keeps}; printf '${octal}'; }`
}

/** Quotes text for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
