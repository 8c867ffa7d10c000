/**
 * Which pages may send requests to this server.
 *
 * The key pair of a development server is no secret: it is printed, and it stands in repositories. A page of any site
 * could sign with it and send to `localhost`. So requests are taken from programs, from pages of this machine, from
 * pages that the option `pagesFrom` names, and from pages that a CORS rule of the bucket names.
 *
 * @module
 */

import { S3Error } from '../../s3/index.ts'
import type { Bucket } from '../buckets/bucket.ts'
import { matchesPattern, namesOrigin } from '../cors/cors-rule.ts'
import type { S3Request } from '../http/request.ts'

/**
 * Origins whose pages may send requests: patterns as in a CORS rule (`https://app.test`, `http://*.test`, `*` for all,
 * `null` included), or a function that is asked for each origin.
 */
export type PagesFrom = readonly string[] | ((origin: string) => boolean)

/**
 * Returns whether an origin is a page of this machine: `localhost`, a name below it, `127.0.0.1` or `[::1]`, any port.
 *
 * Other addresses of 127.0.0.0/8 do not count: programs bind them to keep servers apart.
 */
export function isLocalPage(origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) return false
  return /^(?:(?:[^.]+\.)*localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}

/**
 * Refuses a request that a page of a foreign origin has sent.
 *
 * @param bucket - Its CORS rules may name the origin.
 * @throws {S3Error} `AccessDenied`, naming the origin.
 */
export function refuseForeignPage(
  request: S3Request,
  bucket: Bucket | undefined,
  pagesFrom: PagesFrom,
): void {
  const origin = pageOf(request)
  if (origin === undefined || isAmong(pagesFrom, origin)) return
  if (namesOrigin(bucket?.record.cors ?? [], origin)) return
  throw new S3Error(
    'AccessDenied',
    `Pages of ${origin} may not use this server: neither pagesFrom nor a CORS rule of the bucket names them.`,
  )
}

function isAmong(pagesFrom: PagesFrom, origin: string): boolean {
  if (typeof pagesFrom === 'function') return pagesFrom(origin)
  return pagesFrom.some((pattern) => matchesPattern(pattern, origin))
}

/**
 * Returns the origin of the page that sends a request, `undefined` for a program.
 *
 * Browsers put it into `Origin`, but not where an image, a script or a document is asked for. There `Sec-Fetch-Site`,
 * which no page can set, says whether another site asks, and `Referer` says which, unless the page forbids that.
 * Browsers that know no `Sec-Fetch-Site` still send `Referer`.
 */
function pageOf({ headers }: S3Request): string | undefined {
  const { origin, referer } = headers
  if (origin !== undefined) return origin
  const site = headers['sec-fetch-site']
  if (site === 'none' || site === 'same-origin') return undefined
  if (referer !== undefined && URL.canParse(referer)) return new URL(referer).origin
  return site === undefined || site === 'same-site' ? undefined : 'null'
}

const DOCUMENTS = new Set(['document', 'iframe', 'frame', 'fencedframe', 'object', 'embed'])

/**
 * Returns the headers that keep an object from running as a document of this server's origin.
 *
 * Real S3 sends no such headers. Only a browser that opens an object from elsewhere gets them: a script in that document
 * could otherwise sign with the known key pair and read every bucket. What the user has typed, and what a page shows as
 * an image or a video, is left alone.
 *
 * @param contentType - Of the answer. A PDF gets no `sandbox`, which would keep browsers from showing it.
 */
export function documentHeaders(
  { headers }: S3Request,
  contentType: string | undefined,
): Record<string, string> {
  if (!opensDocument(headers)) return {}
  const nosniff = { 'x-content-type-options': 'nosniff' }
  if (/^application\/pdf\s*(?:;|$)/i.test(contentType ?? '')) return nosniff
  return { ...nosniff, 'content-security-policy': 'sandbox' }
}

function opensDocument(headers: S3Request['headers']): boolean {
  const site = headers['sec-fetch-site']
  // Browsers that send none of these headers still say that they want a document.
  if (site === undefined) return /\btext\/html\b/i.test(headers.accept ?? '')
  if (site === 'none' || site === 'same-origin') return false
  return headers['sec-fetch-mode'] === 'navigate' || DOCUMENTS.has(headers['sec-fetch-dest'] ?? '')
}
