/**
 * Implements the `storageOrigins` option. Without it, a compromised signer, or a proxy in front of
 * the signer, could send files to any server.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { originOf } from './read-answer.ts'
import type { Send } from './storage-request.ts'

export function restrictToOrigins(origins: readonly string[] | undefined, send: Send): Send {
  if (origins === undefined) return send
  const allowed = checkOrigins(origins)
  return async (request) => {
    const { url } = request
    if (URL.canParse(url) && allowed.some((start) => new URL(url).href.startsWith(start))) {
      return send(request)
    }
    throw new UploadError(
      'STORAGE_NOT_ALLOWED',
      `the upload leads to ${originOf(url)}, allowed is ${origins.join(', ')}`,
    )
  }
}

function checkOrigins(origins: unknown): readonly string[] {
  const all: unknown[] = Array.isArray(origins) ? origins : []
  if (all.length > 0 && all.every(isOrigin)) return all.map((text) => new URL(text).href)
  throw new TypeError(
    `storageOrigins is ${JSON.stringify(origins)}, expected a list such as ["https://s3.example"]`,
  )
}

/** A path must end with a slash, because `/bucket` is also a prefix of `/bucket-2`. */
function isOrigin(given: unknown): given is string {
  const text = String(given)
  // A `*` in a host name is valid in a URL but would match nothing.
  if (!/^https?:[^*?#@]*$/i.test(text) || !URL.canParse(text)) return false
  return new URL(text).href.endsWith('/')
}
