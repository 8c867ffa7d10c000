/**
 * Checks that a request over the loopback address is addressed to this server.
 *
 * A development server's key pair is often public, so a signature does not prove who sent a request. Any
 * site can point its own host name at 127.0.0.1 (DNS rebinding). To the browser, the site's pages
 * then have the same origin as the server, so CORS does not apply and they can sign requests. But
 * the Host header still contains the site's name.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'

export interface HostRule {
  readonly checkHost: boolean
  readonly privateNames: boolean
}

/**
 * Returns whether a request's Host header is one of this server's names.
 *
 * @param domains - The server's names in addition to loopback addresses. Their subdomains are
 *   allowed too.
 * @param isOpen - Whether to also check requests from other machines. Their Host must be an IP
 *   address or one of `domains`, because DNS rebinding needs a name.
 * @param privateNames - Whether to accept names that nobody can register in the public DNS, such as
 *   those of containers.
 */
export function isAddressedHere(
  { socket, headers }: IncomingMessage,
  domains: readonly string[],
  isOpen = false,
  privateNames = false,
): boolean {
  const isOverLoopback = isLoopback(socket.localAddress ?? '')
  if (!isOverLoopback && !isOpen) return true
  const name = (headers.host ?? '').replace(/:\d*$/, '').toLowerCase()
  const address = name.replace(/^\[(.*)\]$/, '$1')
  if (isOverLoopback ? isLoopback(address) : isIP(address) !== 0) return true
  if (privateNames && PRIVATE_NAME.test(name)) return true
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

/** For example `s3`, `host.docker.internal` and `s3.default.svc.cluster.local`. */
const PRIVATE_NAME = /^(?:[a-z\d_-]+|[a-z\d_.-]+\.(?:internal|local|test))$/

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
