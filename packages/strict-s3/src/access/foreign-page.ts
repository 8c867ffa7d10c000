/**
 * Decides which web pages may send requests to this server.
 *
 * A development server's key pair is public: it is printed, and checked in to repositories. Any
 * site's pages could sign with it and send requests to `localhost`. So only programs, local pages,
 * and pages that `pagesFrom` or the bucket's CORS rules name may send requests.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { PagesFrom } from '../auth/identity.ts'
import { type CorsRule, matchesCorsPattern, namesOrigin } from '../cors/cors-rule.ts'
import type { S3Request } from '../message/request.ts'

/**
 * Refuses a request from another site's page.
 *
 * @param rules - The bucket's CORS rules, which may allow the origin.
 * @throws {S3Error} `AccessDenied`, naming the origin.
 */
export function refuseForeignPage(
  request: S3Request,
  rules: readonly CorsRule[] | undefined,
  pagesFrom: PagesFrom,
): void {
  const origin = originOfPage(request)
  if (origin === undefined || isAmong(pagesFrom, origin)) return
  if (namesOrigin(rules ?? [], origin)) return
  throw new S3Error(
    'AccessDenied',
    `Pages of ${origin} may not use this server: neither pagesFrom nor a CORS rule of the bucket names them.`,
  )
}

function isAmong(pagesFrom: PagesFrom, origin: string): boolean {
  if (typeof pagesFrom === 'function') return pagesFrom(origin)
  return pagesFrom.some((pattern) => matchesCorsPattern(pattern, origin))
}

/**
 * Finds the origin of the page that sent a request; `undefined` for a program.
 *
 * Browsers send `Origin`, but not when they load an image, a script or a document. Then
 * `Sec-Fetch-Site`, which pages cannot set, shows whether another site's page loads it, and
 * `Referer` shows which one, unless the page suppresses it. Browsers without `Sec-Fetch-Site` still
 * send `Referer`.
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
 * scripts could sign with the public key pair and read every bucket.
 *
 * S3 does not send these headers. Here they are sent when another page opens an object in a
 * browser, but not for addresses that the user typed, nor for images and videos in a page.
 *
 * @param contentType - The response's type. A PDF gets no `sandbox`, because browsers would not
 *   show it.
 */
export function documentHeaders(
  { headers }: S3Request,
  contentType: string | undefined,
): Record<string, string> {
  if (!opensDocument(headers)) return {}
  const nosniff = { 'x-content-type-options': 'nosniff' }
  // Browsers read `application/pdf;, text/html` as a list, and take the last.
  if (/^application\/pdf\s*(?:;[^,]*)?$/i.test(contentType ?? '')) return nosniff
  return { ...nosniff, 'content-security-policy': 'sandbox' }
}

function opensDocument(headers: S3Request['headers']): boolean {
  const site = headers['sec-fetch-site']
  // Old browsers send none of these headers, but their `Accept` asks for a document.
  if (site === undefined) return /\btext\/html\b/i.test(headers.accept ?? '')
  if (site === 'none' || site === 'same-origin') return false
  return headers['sec-fetch-mode'] === 'navigate' || DOCUMENTS.has(headers['sec-fetch-dest'] ?? '')
}
