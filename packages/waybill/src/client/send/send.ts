/**
 * Chooses between `fetch` and `XMLHttpRequest`. In browsers, only `XMLHttpRequest` reports upload
 * progress. Small forms are always sent with `fetch`, which needs no CORS preflight for them.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { noAnswer, noteAnswer } from './no-answer.ts'
import { isRedirected, readAnswer, storageRedirected } from './read-answer.ts'
import { sendByXhr } from './send-xhr.ts'
import type { Outgoing, Send, StorageRequest, Transport } from './storage-request.ts'

/**
 * Smaller bodies report no progress, because they arrive before a user could notice it. In
 * browsers, listening to upload events would cause a CORS preflight for a form. In Node, streaming
 * the file would cost more than the request itself.
 */
const MIN_VISIBLE_SIZE = 1024 ** 2

/** In these runtimes, `fetch` sends a stream with an explicit length. Others omit the length. */
const TAKES_STREAMS = /^(Node\.js|Bun)\//

/** @param given - `false` to use only `fetch`. @default the platform's, if any */
export function chooseSend(
  fetch: typeof globalThis.fetch,
  given: typeof globalThis.XMLHttpRequest | false | undefined,
): Pick<Transport, 'send' | 'seesBytes' | 'showsBytes'> {
  const Xhr = given ?? globalThis.XMLHttpRequest
  const showsBytes = !Xhr && globalThis.XMLHttpRequest === undefined
  const streams = showsBytes && TAKES_STREAMS.test(globalThis.navigator?.userAgent ?? '')
  const plain = sendByFetch(fetch, showsBytes ? lazily('wholeInit', streams) : plainInit)
  const visibly = Xhr
    ? sendByXhr(Xhr)
    : streams
      ? sendByFetch(fetch, lazily('streamingInit'))
      : plain
  // A PUT needs a preflight anyway.
  const seesBytes: Transport['seesBytes'] = ({ method, size }) =>
    visibly !== plain && (method === 'PUT' || size >= MIN_VISIBLE_SIZE)
  const send: Send = async (request) => {
    const answer = await (seesBytes(request) ? visibly(request) : plain(request))
    noteAnswer(request.url)
    return answer
  }
  return { send, seesBytes, showsBytes }
}

/** Removes headers that only the platform can set. It derives the signed length from the body. */
export function sendableHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(content-length|host)$/i.test(name)),
  )
}

function sendByFetch(
  fetch: typeof globalThis.fetch,
  initOf: (request: StorageRequest) => Outgoing | Promise<Outgoing>,
): Send {
  return async (request) => {
    const { end, ...init } = await initOf(request)
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
    } finally {
      end?.()
    }
  }
}

function lazily(name: 'wholeInit' | 'streamingInit', streams?: boolean) {
  return async (request: StorageRequest) =>
    (await import('./fetch-init.ts'))[name](request, streams)
}

function plainInit({ method, headers, body, signal }: StorageRequest): RequestInit {
  return { method, headers, body, signal, credentials: 'omit', redirect: 'manual' }
}
