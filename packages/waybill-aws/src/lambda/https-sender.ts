/**
 * Sends requests with `node:https` instead of `fetch`.
 *
 * The signer must read its secret before it can sign. In a cold start, the first use of `fetch`
 * loads undici, which takes longer than signing does.
 *
 * @module
 */

import type { SendRequest } from 'waybill/arrival'

/**
 * Three attempts and the pauses between them fit into a Lambda timeout of 5 s. Secrets Manager
 * usually responds much faster.
 */
const TIMEOUT_MS = 1400

/** In bytes. Responses are usually only a few kilobytes. */
const MAX_ANSWER_SIZE = 1024 * 1024

/**
 * Sends a POST request.
 *
 * Rejects if the response is larger than 1 MiB, or if no data arrives for 1.4 s. A shorter
 * `timeoutMs` in the request takes precedence.
 */
export const httpsSender: SendRequest = httpsSenderWithin(TIMEOUT_MS)

export function httpsSenderWithin(mostMs: number): SendRequest {
  return ({ url, headers, body, timeoutMs = mostMs }) => {
    const waitMs = Math.max(1, Math.floor(Math.min(mostMs, timeoutMs)))
    // An ESM import of `node:http` or `node:https` would also load undici.
    const { request } = process.getBuiltinModule(
      url.startsWith('https:') ? 'node:https' : 'node:http',
    )
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (response) => {
          const chunks: Buffer[] = []
          let size = 0
          response.on('data', (chunk: Buffer) => {
            size += chunk.length
            if (size > MAX_ANSWER_SIZE) outgoing.destroy(new Error('response is too large'))
            else chunks.push(chunk)
          })
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          )
        },
      )
      outgoing.setTimeout(waitMs, () =>
        outgoing.destroy(new Error(`no response within ${waitMs} ms`)),
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}
