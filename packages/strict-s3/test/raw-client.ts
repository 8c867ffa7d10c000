/**
 * A client that writes bytes as they are, and when it likes.
 *
 * @module
 */

import { createConnection } from 'node:net'
import type { RawRequest } from '../../../test/conformance/request/raw-request.ts'

/** The head of a request, with the length of its body. @param more - Further lines. */
export function headOf({ method, path, headers, body }: RawRequest, more = ''): string {
  const all = { ...headers, 'content-length': String(body?.length ?? 0) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}${more}\r\n`
}

export function rawClient(endpoint: string) {
  const { hostname, port } = new URL(endpoint)
  const socket = createConnection(Number(port), hostname)
  let answer = ''
  // Being cut off is what some wait for.
  socket.on('error', () => {})
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text
  })
  /** All that is answered until the connection is closed. */
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(answer)))
  return { socket, closed, answer: () => answer }
}
