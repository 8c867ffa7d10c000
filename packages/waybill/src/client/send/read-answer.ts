/**
 * Reads responses up to a maximum length and detects redirects.
 *
 * Requests use `redirect: 'manual'`. With `'error'`, which Cloudflare Workers do not support, a
 * redirect would look like a broken connection.
 *
 * @see https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { isPassing } from '../error-table.ts'

/**
 * In bytes. The signer's longest responses (10,000 listed parts or 100 multipart grants) take about
 * 2 MB. The storage's responses are either empty or contain an error document of a few KB.
 */
export const MAX_ANSWER_SIZE = { signer: 8 * 1024 ** 2, storage: 256 * 1024 } as const

/**
 * Reads a response piece by piece, so that an endless response cannot exhaust memory.
 *
 * @returns The text. A response that is too long and has a retryable status counts as empty,
 *   because it comes from a gateway.
 * @throws {UploadError} `RESPONSE_INVALID` when any other response is too long.
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

async function readUpTo(response: Response, maxSize: number): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (!reader) return response.text() // no body, or a platform without streams
  const decoder = new TextDecoder()
  let read = ''
  let size = 0
  for (;;) {
    const { value } = await reader.read()
    if (!value) return read + decoder.decode()
    size += value.length
    if (size > maxSize) {
      reader.cancel().catch(() => {}) // the connection had already failed
      return undefined
    }
    read += decoder.decode(value, { stream: true })
  }
}

export function tooLong(whose: keyof typeof MAX_ANSWER_SIZE): UploadError {
  return new UploadError(
    'RESPONSE_INVALID',
    `the ${whose}'s response is longer than ${MAX_ANSWER_SIZE[whose]} bytes`,
  )
}

/**
 * Also detects redirects that were followed, because some platforms ignore `redirect: 'manual'`.
 */
export function isRedirected({ type, redirected }: Response): boolean {
  return type === 'opaqueredirect' || redirected
}

export function storageRedirected(url: string): UploadError {
  return new UploadError(
    'STORAGE_NOT_ALLOWED',
    `the storage at ${originOf(url)} responded with a redirect, which is not followed: check the signer's region and endpoint options (S3 redirects to the bucket's own region)`,
  )
}

/**
 * @returns The URL's origin, which may be shown even if the URL is presigned, or `no URL` if `url`
 *   is invalid.
 */
export function originOf(url: string, base?: string): string {
  if (!URL.canParse(url, base)) return 'no URL'
  const { protocol, host } = new URL(url, base)
  return `${protocol}//${host}`
}
