/**
 * Reads responses of signer and storage with a bounded length, and refuses redirects.
 *
 * Requests are sent with `redirect: 'manual'`. Like `'error'` it follows no redirect, but it tells
 * a redirect from a broken connection, and Cloudflare Workers do not support `'error'`.
 *
 * @see https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/**
 * Bytes that are read of an answer. The longest of a signer (10,000 listed parts, 100 grants of
 * parts) has some 2 MB; the storage's are empty or an error document of a few KB.
 */
export const MAX_ANSWER_SIZE = { signer: 8 * 1024 ** 2, storage: 256 * 1024 } as const

/**
 * Reads an answer's text piece by piece, so that an endless answer fills no memory.
 *
 * @returns The text. It is empty when it was too long and the status says that the request may
 * succeed later: such pages come from gateways, and the status is all that counts.
 * @throws {UploadError} `RESPONSE_INVALID` when any other answer is too long.
 */
export async function readAnswer(
  response: Response,
  whose: keyof typeof MAX_ANSWER_SIZE,
): Promise<string> {
  const text = await readUpTo(response, MAX_ANSWER_SIZE[whose])
  if (text !== undefined) return text
  if (isPassing(response.status)) return ''
  throw tooLong(whose)
}

/** @returns `undefined` when the text has more than `maxSize` bytes; the rest is then not read. */
async function readUpTo(response: Response, maxSize: number): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (!reader) return response.text() // it has none, or the platform has no streams
  const decoder = new TextDecoder()
  let read = ''
  let size = 0
  for (;;) {
    const { value } = await reader.read()
    if (!value) return read + decoder.decode()
    size += value.length
    if (size > maxSize) {
      reader.cancel().catch(() => {}) // the connection had failed before
      return undefined
    }
    read += decoder.decode(value, { stream: true })
  }
}

/** Makes the error for a response that is longer than the limit. */
export function tooLong(whose: keyof typeof MAX_ANSWER_SIZE): UploadError {
  return new UploadError(
    'RESPONSE_INVALID',
    `the answer of the ${whose} is longer than ${MAX_ANSWER_SIZE[whose]} bytes`,
  )
}

/** @returns Whether a status says that the same request may succeed later. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425
}

/**
 * @returns Whether there was a redirect; some platforms follow it in spite of `redirect: 'manual'`.
 */
export function isRedirected({ type, redirected }: Response): boolean {
  return type === 'opaqueredirect' || redirected
}

/** Makes the error for a storage that redirects. */
export function storageRedirected(url: string): UploadError {
  return new UploadError(
    'STORAGE_NOT_ALLOWED',
    `the storage at ${originOf(url)} answered with a redirect, which is not followed`,
  )
}

/** @returns What may be said of a presigned URL; `no URL` for anything else. */
export function originOf(url: string, base?: string): string {
  if (!URL.canParse(url, base)) return 'no URL'
  const { protocol, host } = new URL(url, base)
  return `${protocol}//${host}`
}
