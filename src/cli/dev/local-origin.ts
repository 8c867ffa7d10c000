/**
 * Who may talk to a development server: pages and programs of this machine.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isLocalPage } from '../../local-s3/access/foreign-page.ts'

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']

/**
 * Pages of this machine in the words of a bucket's CORS configuration, where `*` stands for any port. A pattern holds
 * one `*`, so names below `localhost` are among them only without a port.
 */
export const LOCAL_ORIGIN_PATTERNS: readonly string[] = [
  ...['http', 'https'].flatMap((scheme) => [
    ...LOCAL_NAMES.flatMap((name) => [`${scheme}://${name}`, `${scheme}://${name}:*`]),
    `${scheme}://*.localhost`,
  ]),
  'null',
]

/**
 * Whether a page of this origin may ask the development signer for uploads.
 *
 * A page opened from disk (`file://`) has an opaque origin, which browsers write as `null`; trying Waybill with an
 * HTML file on the desktop should work. Sandboxed frames of foreign sites are `null` too: all that they gain is to put
 * a new file into the development bucket. Nothing can be read with it: see `isOurOwnPage`, and `isLocalPage` for those
 * who would sign for themselves.
 */
export function isLocalOrigin(origin: string): boolean {
  return origin === 'null' || isLocalPage(origin)
}

/**
 * Whether a request comes from our own page or from no page at all (curl). Browsers send `Sec-Fetch-Site` themselves,
 * a page cannot forge it; the few that do not send it send `Origin` on everything that could be read.
 */
export function isOurOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined || headers.origin === `http://${headers.host}`
}
