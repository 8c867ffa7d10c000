/**
 * Answers calls of the signer that come as a `Request`.
 *
 * @module
 */

import { maxBodySize, type SignerRequest, type SignerResponse } from '../protocol/signer-request.ts'
import { isReservedHeader } from './reserved-headers.ts'
import { signerPath } from './signer-path.ts'

/**
 * Creates the handler. It stops reading a body at the limit of its call, whatever length the
 * request declares.
 */
export function fetchHandler(
  handle: (request: SignerRequest, context: unknown) => Promise<SignerResponse>,
): (request: Request, context?: unknown) => Promise<Response> {
  return async (request, context) => {
    const url = new URL(request.url)
    const path = signerPath(url.pathname)
    const body = await readText(request, maxBodySize(path))
    const {
      status,
      headers,
      body: text,
    } = await handle(
      {
        method: request.method,
        path,
        query: Object.fromEntries(url.searchParams),
        headers: plainHeaders(request),
        ...(body === undefined ? {} : { body }),
      },
      context,
    )
    return new Response(status === 204 ? null : text, { status, headers })
  }
}

function plainHeaders({ headers }: Request): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !isReservedHeader(name)))
}

/**
 * Reads a body up to one byte more than is allowed: `handle` then sees that it is too long. If a
 * body parser has already read it, it is missing, and `handle` says so.
 */
async function readText(request: Request, most: number): Promise<string | undefined> {
  const { body } = request
  if (!body || request.bodyUsed || body.locked) return undefined
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const bytes of body) {
    size += bytes.length
    if (size > most) return ' '.repeat(most + 1)
    text += decoder.decode(bytes, { stream: true })
  }
  return text + decoder.decode()
}
