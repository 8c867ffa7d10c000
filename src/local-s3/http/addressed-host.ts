/**
 * Whether a request that reached this machine's loopback address was meant for it.
 *
 * The key pair of a development server is no secret, so a signature says little about who asks. A foreign site can
 * point its own name at 127.0.0.1 (DNS rebinding): its pages are then same-origin with the server as far as the browser
 * can see, no CORS rule is asked, and they can sign for themselves. The Host header still holds the foreign name.
 *
 * The local S3 and the server of `waybill dev` both ask here.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'

/**
 * Returns whether the Host of a request is a name of this server. What did not come over loopback is not judged.
 *
 * @param domains - Names that are this server, besides addresses of loopback; names below them too.
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
