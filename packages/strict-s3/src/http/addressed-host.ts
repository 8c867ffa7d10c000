/**
 * Checks that a request over the loopback address is addressed to this server.
 *
 * The key pair of a development server is public, so a signature does not prove who sends a
 * request. A foreign site can point its own name at 127.0.0.1 (DNS rebinding). For the browser its
 * pages then have the same origin as the server: no CORS rule applies, and they can sign requests.
 * The Host header still has the foreign name.
 *
 * The local S3 and the server of `waybill dev` use this check.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'

/**
 * Tells whether the Host of a request is a name of this server.
 *
 * @param domains - Names of this server, besides loopback addresses; names below them count too.
 * @param isOpen - Whether requests over other than loopback addresses are checked too. They must
 *   then name a domain or an IP address: no site can point an address somewhere else. Without it
 *   they always pass.
 */
export function isAddressedHere(
  { socket, headers }: IncomingMessage,
  domains: readonly string[],
  isOpen = false,
): boolean {
  const isOverLoopback = isLoopback(socket.localAddress ?? '')
  if (!isOverLoopback && !isOpen) return true
  const name = (headers.host ?? '').replace(/:\d*$/, '').toLowerCase()
  const address = name.replace(/^\[(.*)\]$/, '$1')
  if (isOverLoopback ? isLoopback(address) : isIP(address) !== 0) return true
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
