/**
 * Encodes and decodes non-ASCII metadata as RFC 2047 encoded words, as S3 does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 * @see https://github.com/localstack/localstack/pull/13663 – seen on AWS
 * @module
 */

const NON_ASCII = /[^\t\n\r\x20-\x7e]/g

/** Returns plain ASCII unchanged. */
export function encodeWord(value: string): string {
  const count = value.match(NON_ASCII)?.length ?? 0
  if (count === 0 && !/[\r\n]/.test(value)) return value
  const bytes = Buffer.from(value)
  // S3 chooses the encoding in which more of the text stays readable.
  return value.length - count > count
    ? `=?UTF-8?Q?${quoted(bytes)}?=`
    : `=?UTF-8?B?${bytes.toString('base64')}?=`
}

function quoted(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]|[=_?]/g, (byte) => {
      return `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
    })
    .replaceAll(' ', '_')
}

const WORD = /^=\?([\w-]+)\?([bq])\?([^?]*)\?=$/i

/**
 * Decodes encoded words. White space between two of them is dropped.
 *
 * An invalid word stays as it is.
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text
  let decoded = ''
  let space = ''
  let wasWord = false
  for (const token of text.split(/([ \t]+)/)) {
    if (/^[ \t]*$/.test(token)) {
      space += token
      continue
    }
    const word = decodeWord(token)
    decoded += (wasWord && word !== undefined ? '' : space) + (word ?? token)
    space = ''
    wasWord = word !== undefined
  }
  return decoded + space
}

function decodeWord(token: string): string | undefined {
  const [, charset = '', encoding = '', content = ''] = WORD.exec(token) ?? []
  if (charset === '') return undefined
  const bytes = encoding.toLowerCase() === 'b' ? fromBase64(content) : unquoted(content)
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return undefined
  }
}

/** S3 decodes a misplaced `=` like `/`, as six one bits. */
function fromBase64(content: string): Buffer {
  return Buffer.from(content.replace(/=(?!=*$)/g, '/'), 'base64')
}

function unquoted(content: string): Buffer {
  const text = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(text, 'latin1')
}
