/**
 * The option `storageOrigins`: where an application allows its files to go. A signer that was taken
 * over, or a proxy in front of it, could else send them anywhere.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { originOf } from './read-answer.ts'
import type { Send } from './send-request.ts'

/**
 * Refuses requests to other origins before a byte is sent.
 *
 * @param origins - As `createUploader` got them; without them, `send` is returned as it is.
 * @throws {TypeError} Which of them is not an origin.
 */
export function onlyTo(origins: readonly string[] | undefined, send: Send): Send {
  if (origins === undefined) return send
  const allowed = checkOrigins(origins)
  return async (request) => {
    const origin = originOf(request.url)
    if (allowed.has(origin)) return send(request)
    throw new UploadError(
      'STORAGE_NOT_ALLOWED',
      `the upload leads to ${origin}, allowed is ${[...allowed].join(', ')}`,
    )
  }
}

function checkOrigins(origins: unknown): ReadonlySet<string> {
  const all: unknown[] = Array.isArray(origins) ? origins : []
  if (all.length > 0 && all.every(isOrigin)) return new Set(all.map((text) => new URL(text).origin))
  throw new TypeError(
    `storageOrigins is ${JSON.stringify(origins)}, expected a list such as ["https://s3.example"]`,
  )
}

function isOrigin(text: unknown): text is string {
  // A `*` inside a host parses, and would match nothing.
  if (typeof text !== 'string' || text.includes('*') || !URL.canParse(text)) return false
  const { href, origin } = new URL(text)
  return href === `${origin}/` && /^https?:/.test(href)
}
