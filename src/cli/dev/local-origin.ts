/**
 * Decides which requests a development server accepts: those of pages and programs on this machine.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isPageOf, type OpenHost } from '../open-host.ts'

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']

/**
 * Lists the origins of pages on this machine, as patterns for a bucket's CORS configuration: `*`
 * stands for any port. A pattern may have only one `*`, so names below `localhost` match only
 * without a port.
 */
export function originPatterns(host: OpenHost | undefined): readonly string[] {
  const names = [...LOCAL_NAMES, ...(host?.names ?? [])]
  return [
    ...['http', 'https'].flatMap((scheme) => [
      ...names.flatMap((name) => [`${scheme}://${name}`, `${scheme}://${name}:*`]),
      `${scheme}://*.localhost`,
    ]),
    'null',
  ]
}

/**
 * Returns what tells whether a page of an origin may request uploads from the development signer.
 *
 * A page opened from disk (`file://`) has the origin `null`. It is accepted, so that Waybill can be
 * tried with an HTML file. Sandboxed frames of foreign sites have the origin `null` too; they can
 * put a new file into the development bucket, but read nothing: see `isOurOwnPage`. For pages that
 * sign requests themselves, see `isLocalPage`.
 */
export function localOrigins(host: OpenHost | undefined): (origin: string) => boolean {
  const isPage = isPageOf(host)
  return (origin) => origin === 'null' || isPage(origin)
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
