/**
 * The limit: `node:http` reads the call and answers always the same, as long as Waybill's answer.
 *
 * @module
 */

import type { RequestListener } from 'node:http'

/** Characters of what Waybill answers to the same call. */
const LENGTH = 2_590

/** Makes the listener. */
export function bare(): RequestListener {
  const body = JSON.stringify({ text: 'x'.repeat(LENGTH) })
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  return (request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(201, headers).end(body))
  }
}
