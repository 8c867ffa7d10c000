/**
 * Headers that depend on what is answered: how long a browser may keep it, and when to ask again.
 *
 * @module
 */

import type { CreateResponse } from '../protocol/messages.ts'
import type { RulesResponse } from '../protocol/rule-hints.ts'
import type { ErrorDetails } from '../protocol/upload-error.ts'

type Headers = Readonly<Record<string, string>>

/**
 * The response depends on the caller, whom `authorize` may find in either header. Rules change with
 * a deployment: a page with old rules refuses too much, or the signer refuses.
 */
const KEPT_BY_BROWSER = {
  'cache-control': 'private, max-age=300',
  vary: 'Origin, Cookie, Authorization',
}

/** What is left of a quota changes with each upload, so it is not kept. */
export function rulesHeaders({ rules }: RulesResponse): Headers {
  return Object.values(rules).some(({ quota }) => quota) ? {} : KEPT_BY_BROWSER
}

/** Says when a refused call may be allowed. */
export function retryAfter(details: ErrorDetails | undefined): Headers {
  const seconds = details?.retryAfterSeconds
  return seconds === undefined ? {} : { 'retry-after': String(seconds) }
}

/** Says when refused files may be allowed: the time when all of them may. */
export function createHeaders({ uploads }: CreateResponse): Headers {
  for (const upload of uploads) {
    const headers = 'error' in upload ? retryAfter(upload.error.details) : {}
    if (headers['retry-after'] !== undefined) return headers
  }
  return {}
}
