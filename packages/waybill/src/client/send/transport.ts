/**
 * Sends requests to the storage with `fetch` or `XMLHttpRequest`. In browsers, only `XMLHttpRequest`
 * reports upload progress. Small forms are always sent with `fetch`, which needs no CORS preflight
 * for them.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import {
  isRedirected,
  MAX_ANSWER_SIZE,
  noAnswer,
  noteAnswer,
  originOf,
  readAnswer,
  storageRedirected,
  tooLong,
} from './read-answer.ts'
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
    const response = await (seesBytes(request) ? visibly(request) : plain(request))
    noteAnswer(request.url)
    return response
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

/** Sends requests with `XMLHttpRequest`, the only way to count sent bytes in browsers. */
export function sendByXhr(Xhr: typeof XMLHttpRequest): Send {
  return ({ method, url, headers, body, size, signal, onSent }) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const xhr = new Xhr()
      const onAbort = () => xhr.abort()
      signal.addEventListener('abort', onAbort)
      xhr.open(method, url)
      for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
      // A form is longer than its file, and WebKit counts bytes twice when it silently resends a
      // request.
      xhr.upload.onprogress = ({ loaded, total }) =>
        onSent(total > 0 ? Math.min(size, Math.round((loaded / total) * size)) : 0)
      xhr.onprogress = ({ loaded }) => {
        if (loaded <= MAX_ANSWER_SIZE.storage) return
        reject(tooLong('storage'))
        xhr.abort()
      }
      xhr.onload = () => {
        // `XMLHttpRequest` always follows redirects, so detect them by the URL.
        if (xhr.responseURL && xhr.responseURL !== new URL(url).href)
          return reject(storageRedirected(url))
        onSent(size)
        resolve({ status: xhr.status, headers: readHeaders(xhr), text: xhr.responseText })
      }
      xhr.onerror = () => reject(noAnswer('NETWORK_FAILED', url))
      xhr.onabort = () => reject(signal.reason)
      xhr.onloadend = () => signal.removeEventListener('abort', onAbort)
      xhr.send(body)
    })
}

/**
 * Reading a single header that CORS hides makes browsers log an error. Reading all headers does
 * not.
 */
function readHeaders(xhr: XMLHttpRequest): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of xhr.getAllResponseHeaders().split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return headers
}

/**
 * Implements the `storageOrigins` option. Without it, a compromised signer, or a proxy in front of
 * the signer, could send files to any server.
 */
export function restrictToOrigins(origins: readonly string[] | undefined, send: Send): Send {
  if (origins === undefined) return send
  const allowed = checkOrigins(origins)
  return async (request) => {
    const { url } = request
    if (URL.canParse(url) && allowed.some((start) => new URL(url).href.startsWith(start))) {
      return send(request)
    }
    throw new UploadError(
      'STORAGE_NOT_ALLOWED',
      `the upload leads to ${originOf(url)}, allowed is ${origins.join(', ')}`,
    )
  }
}

function checkOrigins(origins: unknown): readonly string[] {
  const all: unknown[] = Array.isArray(origins) ? origins : []
  if (all.length > 0 && all.every(isOrigin)) return all.map((text) => new URL(text).href)
  throw new TypeError(
    `storageOrigins is ${JSON.stringify(origins)}, expected a list such as ["https://s3.example"]`,
  )
}

/** A path must end with a slash, because `/bucket` is also a prefix of `/bucket-2`. */
function isOrigin(given: unknown): given is string {
  const text = String(given)
  // A `*` in a host name is valid in a URL but would match nothing.
  if (!/^https?:[^*?#@]*$/i.test(text) || !URL.canParse(text)) return false
  return new URL(text).href.endsWith('/')
}
