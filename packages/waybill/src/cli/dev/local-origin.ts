/**
 * Decides which requests a development server accepts: those of pages and programs on this machine.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isPageOf, type OpenHost } from '@waybill/command-line/open-host'

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** Which pages the development signer works for. */
export interface LocalPages {
  /** Where the servers listen. @default only this machine */
  readonly host?: OpenHost | undefined
  /**
   * Whether pages with the origin `null` count: those opened from disk (`file://`), but also the
   * sandboxed frames of any site.
   * @default false
   */
  readonly nullOrigin?: boolean | undefined
}

/**
 * Lists the origins of pages on this machine, as patterns for a bucket's CORS configuration: `*`
 * stands for any port. A pattern may have only one `*`, so names below `localhost` match only
 * without a port.
 */
export function originPatterns({ host, nullOrigin = false }: LocalPages): readonly string[] {
  const names = [...LOCAL_NAMES, ...(host?.names ?? [])]
  return [
    ...['http', 'https'].flatMap((scheme) => [
      ...names.flatMap((name) => [`${scheme}://${name}`, `${scheme}://${name}:*`]),
      `${scheme}://*.localhost`,
    ]),
    ...(nullOrigin ? ['null'] : []),
  ]
}

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
