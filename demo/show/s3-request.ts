/**
 * The requests that lie to S3: how they are sent, and how they look as commands for a shell.
 *
 * @module
 */

/** A request that a browser sends to S3. */
export interface S3Request {
  readonly url: string
  /** The fields of a form. Without them, `text` is the whole body. */
  readonly fields?: Readonly<Record<string, string>>
  /** The file, or the body. */
  readonly text: string
}

export interface S3Answer {
  readonly status: number
  readonly statusText: string
  readonly body: string
  /** S3's error code. */
  readonly code: string
}

/** @throws {Error} If S3 does not answer. */
export async function send(
  fetch: typeof globalThis.fetch,
  { url, fields, text }: S3Request,
): Promise<S3Answer> {
  // Neither body needs a preflight.
  const sent = fields ? formOf(fields, text) : new Blob([text])
  const response = await fetch(url, { method: 'POST', body: sent }).catch((cause: unknown) => {
    throw new Error('S3 does not answer. Is the line cut?', { cause })
  })
  const body = await response.text()
  const code = /<Code>([^<]*)/.exec(body)?.[1] ?? ''
  return { status: response.status, statusText: response.statusText, body, code }
}

function formOf(fields: Readonly<Record<string, string>>, file: string): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([file])) // must be the last field
  return form
}

/** Returns a command that sends the same requests. Its signatures work until `expiration`. */
export function asCurl(requests: readonly S3Request[], expiration: Date): string {
  const commands = requests.map(({ url, fields, text }) =>
    fields
      ? [
          `printf %s ${quoted(text)} | curl -i ${quoted(url)}`,
          ...Object.entries(fields).map(
            ([name, value]) => `--form-string ${quoted(`${name}=${value}`)}`,
          ),
          `-F 'file=@-'`,
        ].join(' \\\n  ')
      : `curl -i ${quoted(url)} -H 'Content-Type:' --data-binary ${quoted(text)}`,
  )
  return [`# Signed until ${expiration.toISOString()}`, ...commands].join('\n')
}

/** Quotes text for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
