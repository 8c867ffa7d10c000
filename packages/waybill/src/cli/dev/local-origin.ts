/**
 * Decides which requests a development server accepts: those of pages and programs on this machine.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isPageOf } from '@waybill/command-line/open-host'
import type { LocalPages } from 'strict-s3/internal/local-bucket'

/**
 * Returns what tells whether a page of an origin may request uploads from the development signer.
 * For pages that sign requests themselves, see `isLocalPage`.
 */
export function localOrigins({
  host,
  nullOrigin = false,
}: LocalPages): (origin: string) => boolean {
  const isPage = isPageOf(host)
  return (origin) => (origin === 'null' ? nullOrigin : isPage(origin))
}

/**
 * Tells whether a request comes from our own page or from a program such as curl. Browsers set
 * `Sec-Fetch-Site` and a page cannot forge it. Old browsers do not send it, but send `Origin` with
 * every request whose response a page could read.
 */
export function isOurOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined || headers.origin === `http://${headers.host}`
}
