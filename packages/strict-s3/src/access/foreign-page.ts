/**
 * Decides which web pages may send requests to this server.
 *
 * A development server's key pair is often not secret: it is printed to the terminal and committed
 * to repositories. Any site's pages could use it to sign requests to `localhost`. For this reason,
 * only programs, local pages, and pages allowed by `pagesFrom` or the bucket's CORS rules may send
 * requests. A rule for `*` does not count for the key pair that everyone knows.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { PagesFrom } from '../auth/identity.ts'
import { allowsOrigin, type CorsRule, matchesCorsPattern } from '../cors/cors-rule.ts'
import type { S3Request } from '../message/request.ts'

export interface PageRules {
  readonly pagesFrom: PagesFrom
  /** Whether everyone knows one of the server's key pairs. */
  readonly hasKnownKeys: boolean
}

/** @throws {S3Error} `AccessDenied`, with the origin in its message. */
export function refuseForeignPage(
  request: S3Request,
  rules: readonly CorsRule[] | undefined,
  { pagesFrom, hasKnownKeys }: PageRules,
): void {
  const origin = originOfPage(request)
  if (origin === undefined || isAmong(pagesFrom, origin)) return
  if (allowsOrigin(rules ?? [], origin, hasKnownKeys)) return
  throw new S3Error(
    'AccessDenied',
    `Pages of ${origin} may not use this server: neither pagesFrom nor a CORS rule of the bucket names them.`,
  )
}

export function isAmong(pagesFrom: PagesFrom, origin: string): boolean {
  if (typeof pagesFrom === 'function') return pagesFrom(origin)
  return pagesFrom.some((pattern) => matchesCorsPattern(pattern, origin))
}

/**
 * Returns the origin of the page that sent a request, or `undefined` if a program sent it.
 *
 * Browsers omit `Origin` when they load an image, a script or a document. In these cases,
 * `Sec-Fetch-Site`, which pages cannot set, shows whether the request comes from another site.
 * `Referer` shows which site it is, unless the page suppresses it. Browsers that don't send
 * `Sec-Fetch-Site` still send `Referer`.
 */
function originOfPage({ headers }: S3Request): string | undefined {
  const { origin, referer } = headers
  if (origin !== undefined) return origin
  const site = headers['sec-fetch-site']
  if (site === 'none' || site === 'same-origin') return undefined
  if (referer !== undefined && URL.canParse(referer)) return new URL(referer).origin
  return site === undefined || site === 'same-site' ? undefined : 'null'
}

const DOCUMENTS = new Set(['document', 'iframe', 'frame', 'fencedframe', 'object', 'embed'])

/**
 * Returns headers that keep an object from running as a document in this server's origin, where its
 * scripts could sign requests with the public key pair and read every bucket.
 *
 * S3 does not send these headers. This server sends them when another site's page opens an object
 * as a document. It does not send them for addresses that the user typed, or for images and videos
 * embedded in a page.
 *
 * @param contentType - The response's content type. PDFs get no `sandbox`, because browsers don't
 *   display sandboxed PDFs.
 */
export function documentHeaders(
  { headers }: S3Request,
  contentType: string | undefined,
): Record<string, string> {
  if (!opensDocument(headers)) return {}
  const nosniff = { 'x-content-type-options': 'nosniff' }
  // Browsers treat `application/pdf;, text/html` as a list and use its last item.
  if (/^application\/pdf\s*(?:;[^,]*)?$/i.test(contentType ?? '')) return nosniff
  return { ...nosniff, 'content-security-policy': 'sandbox' }
}

function opensDocument(headers: S3Request['headers']): boolean {
  const site = headers['sec-fetch-site']
  // Old browsers don't send `Sec-Fetch-*`, but their `Accept` shows that they load a document.
  if (site === undefined) return /\btext\/html\b/i.test(headers.accept ?? '')
  if (site === 'none' || site === 'same-origin') return false
  return headers['sec-fetch-mode'] === 'navigate' || DOCUMENTS.has(headers['sec-fetch-dest'] ?? '')
}
