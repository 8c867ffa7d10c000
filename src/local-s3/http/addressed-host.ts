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
import { isIPv4 } from 'node:net'

/**
 * Tells whether the Host of a request is a name of this server. Requests over other addresses
 * always pass.
 *
 * @param domains - Names of this server, besides loopback addresses; names below them count too.
 */
export function isAddressedHere(
  { socket, headers }: IncomingMessage,
  domains: readonly string[],
): boolean {
  if (!isLoopback(socket.localAddress ?? '')) return true
  const name = (headers.host ?? '').replace(/:\d*$/, '').toLowerCase()
  if (isLoopback(name.replace(/^\[(.*)\]$/, '$1'))) return true
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
