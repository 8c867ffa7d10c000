/**
 * Parses the headers of a part of a form.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7578
 * @module
 */

/** The names in the headers of a part. */
export interface PartHead {
  /** Name of the field. */
  readonly name: string
  /** Name of the file without a path; empty when none was sent. */
  readonly fileName: string
}

const PARAMETER = /;\s*([\w*-]+)=(?:"((?:[^"\\]|\\[\s\S])*)"|([^;\s"]*))/g

/**
 * Parses the headers of a part.
 *
 * @returns `undefined` when they are not those of a form part.
 */
export function parsePartHead(lines: string): PartHead | undefined {
  if (lines.startsWith('\r\n')) return undefined
  const disposition =
    /(?:^|\r\n)content-disposition:[ \t]*form-data[ \t]*(?=[;\r]|$)([^\r\n]*)/i.exec(lines)
  if (!disposition) return undefined
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, plain = ''] of (disposition[1] ?? '').matchAll(PARAMETER)) {
    // Other clients escape these two characters with a backslash. Browsers do not, and send Windows
    // paths unchanged.
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(["\\])/g, '$1') ?? plain)
  }
  const fileName = extended(parameters.get('filename*')) ?? parameters.get('filename') ?? ''
  return { name: parameters.get('name') ?? '', fileName: fileName.replace(/^.*[/\\]/s, '') }
}

/** @see https://datatracker.ietf.org/doc/html/rfc8187 – `UTF-8''na%C3%AFve.txt` */
function extended(value = ''): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
