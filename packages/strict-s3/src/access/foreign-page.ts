/**
 * Decides which pages may send requests to this server.
 *
 * The key pair of a development server is public: it is printed, and repositories contain it. A
 * page of any site could sign with it and send requests to `localhost`. So requests are accepted
 * only from programs, from pages of this machine, and from pages that `pagesFrom` or a CORS rule of
 * the bucket names.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { type CorsRule, matchesCorsPattern, namesOrigin } from '../cors/cors-rule.ts'
import type { S3Request } from '../message/request.ts'
import type { PagesFrom } from './pages-from.ts'

/**
 * Refuses a request from a page of a foreign origin.
 *
 * @param rules - The CORS rules of the bucket; one may name the origin.
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
 * Browsers send it as `Origin`, but not when they load an image, a script or a document. Then
 * `Sec-Fetch-Site`, which no page can set, tells whether the page is of another site, and `Referer`
 * tells which, unless the page suppresses it. Browsers without `Sec-Fetch-Site` still send
 * `Referer`.
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
 * Returns headers that stop an object from running as a document of this server's origin.
 *
 * S3 sends no such headers. Only a browser that opens an object from another page gets them: a
 * script in the document could otherwise sign with the public key pair and read every bucket.
 * Addresses that the user typed, and images and videos in a page, get none.
 *
 * @param contentType - Type of the response. A PDF gets no `sandbox`: browsers would not show it.
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
