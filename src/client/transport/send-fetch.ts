/**
 * Sends by `fetch`: everywhere that has no `XMLHttpRequest`, and for small forms in browsers, which then need no CORS
 * preflight.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { noAnswer } from '../retry/no-answer.ts'
import { isRedirected, readAnswer, storageRedirected } from './read-answer.ts'
import type { Send, SendRequest } from './send.ts'

/** `duplex` is in the Fetch standard and in Node, not yet in TypeScript's DOM library. */
type StreamingInit = RequestInit & { duplex: 'half' }

/**
 * @param streaming - Whether `fetch` takes a stream with a length of ours (Node does), so that bytes can be counted
 * as they leave. Browsers would send a stream in chunks without a length, which S3 refuses.
 */
export function sendByFetch(fetch: typeof globalThis.fetch, streaming: boolean): Send {
  return async (request) => {
    const init = streaming ? streamingInit(request) : plainInit(request)
    try {
      const response = await fetch(request.url, init)
      if (isRedirected(response)) throw storageRedirected(request.url)
      const text = await readAnswer(response, 'storage')
      request.onSent(request.size)
      return { status: response.status, headers: Object.fromEntries(response.headers), text }
    } catch (cause) {
      request.signal.throwIfAborted()
      if (cause instanceof UploadError) throw cause
      throw noAnswer('NETWORK_FAILED', request.url, cause)
    }
  }
}

function plainInit({ method, headers, body, signal }: SendRequest): RequestInit {
  return { method, headers, body, signal, credentials: 'omit', redirect: 'manual' }
}

function streamingInit({ method, headers, signal, ...request }: SendRequest): StreamingInit {
  return {
    method,
    headers: { ...headers, 'content-length': String(request.body.size) },
    body: watched(request),
    signal,
    redirect: 'manual',
    duplex: 'half',
  }
}

function watched({
  body,
  onSent,
  onBytes,
}: Pick<SendRequest, 'body' | 'onSent' | 'onBytes'>): ReadableStream<Uint8Array> {
  const reader = body.stream().getReader()
  let sent = 0
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) {
        controller.close()
        return
      }
      onBytes?.(value)
      controller.enqueue(value)
      sent += value.byteLength
      onSent(sent)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
