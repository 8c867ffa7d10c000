/**
 * Sends requests with `XMLHttpRequest`, the only way to count sent bytes in browsers.
 *
 * @module
 */

import { noAnswer } from './no-answer.ts'
import { MAX_ANSWER_SIZE, storageRedirected, tooLong } from './read-answer.ts'
import type { Send } from './storage-request.ts'

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
