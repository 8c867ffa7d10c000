/**
 * What an uploader is made with, and the platform that stands in for what was left out.
 *
 * @module
 */

import type { Send } from './send.ts'
import { sendByFetch } from './send-fetch.ts'
import { sendByXhr } from './send-xhr.ts'
import type { SignerHeaders } from './signer-calls.ts'

export interface UploaderOptions {
  /** The signer's base URL: a Function URL, or a path of this origin such as `/api/uploads`. */
  readonly endpoint: string
  /** Sent with every call to the signer, never to S3. A function is asked before each call. @default none */
  readonly headers?: SignerHeaders
  /** Whether cookies travel to the signer. @default 'same-origin' */
  readonly credentials?: RequestCredentials
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
  /** `false` sends by `fetch` alone. @default the platform's, where there is one */
  readonly XMLHttpRequest?: typeof globalThis.XMLHttpRequest | false
}

/**
 * A listener on upload events costs a CORS preflight; below this size a form has arrived before a person could see
 * its progress.
 */
const MIN_SIZE_WITH_PROGRESS = 1024 ** 2

export function signerUrl(endpoint: string): string {
  if (typeof endpoint !== 'string' || endpoint === '') {
    throw new TypeError(`endpoint is ${String(endpoint)}, expected the signer's URL`)
  }
  return endpoint.replace(/\/+$/, '')
}

export function platformFetch(options: UploaderOptions): typeof globalThis.fetch {
  // Called as a method of anything but the global, browsers refuse it.
  return options.fetch ?? ((input, init) => globalThis.fetch(input, init))
}

/** Progress by `XMLHttpRequest` where it is there and worth it, else by `fetch`. */
export function platformSend(options: UploaderOptions): Send {
  const Xhr = options.XMLHttpRequest ?? globalThis.XMLHttpRequest
  const byFetch = sendByFetch(platformFetch(options), !globalThis.XMLHttpRequest)
  if (!Xhr) return byFetch
  const byXhr = sendByXhr(Xhr)
  return (request) => {
    const preflighted = request.method === 'PUT'
    return preflighted || request.size >= MIN_SIZE_WITH_PROGRESS ? byXhr(request) : byFetch(request)
  }
}
