/**
 * Uploads in one request, whose signer and storage answer as a test says. No time passes but what the test lets pass.
 *
 * @module
 */

import type { UploadErrorCode } from 'waybill'
import { createUploader, type Upload } from 'waybill/client'

const ENDPOINT = 'https://signer.example'
const STORAGE = 'https://s3.example'
/** How long a signature works. */
export const LIFE_MS = 300_000

/** `untold` is a success without ETag; `lost` is stored, and nobody hears of it. */
export type StorageAnswer =
  | 'stored'
  | 'untold'
  | 'lost'
  | 'exists'
  | 'expired'
  | 'skewed'
  | 'refused'

export interface Script {
  readonly strategy?: 'post' | 'put'
  /** Of one request after the other; then `stored`. */
  readonly storage?: readonly StorageAnswer[]
  /** Failures of one `complete` after the other; then it succeeds. */
  readonly complete?: readonly (UploadErrorCode | undefined)[]
  /** Strategies of one grant after the other, where they differ. */
  readonly strategies?: readonly ('post' | 'put' | 'multipart')[]
  /** How long each request to the storage takes. */
  readonly takesMs?: readonly number[]
  readonly connections?: number
  /** Waited for before the storage answers one request after the other. */
  readonly until?: readonly Promise<void>[]
}

/** A request that the storage got. */
export interface StoredRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

const REFUSALS = {
  exists: ['PreconditionFailed', 412],
  expired: ['AccessDenied', 403],
  skewed: ['RequestTimeTooSkewed', 403],
  refused: ['InvalidAccessKeyId', 403],
} as const

function storageAnswer(answer: StorageAnswer): Response {
  if (answer === 'lost') throw new TypeError('the line broke')
  if (answer === 'stored') return new Response(null, { status: 204, headers: { etag: '"e"' } })
  if (answer === 'untold') return new Response(null, { status: 204 })
  const [code, status] = REFUSALS[answer]
  const document = `<Error><Code>${code}</Code><Message>Request has expired</Message></Error>`
  return new Response(document, { status })
}

/** Bounds are never reached; pauses between attempts are over at once. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms < 10_000) return Promise.resolve()
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

export function uploaderBy(script: Script) {
  const { storage = [], complete = [], strategies = [], takesMs = [] } = script
  const calls: string[] = []
  const requests: StoredRequest[] = []
  let at = Date.UTC(2026, 0, 1)
  let grants = 0
  let completions = 0
  const amzDate = () => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  const grant = () => {
    grants += 1
    const strategy = strategies[grants - 1] ?? script.strategy ?? 'post'
    const expiration = new Date(at + LIFE_MS).toISOString()
    const common = { waybill: `w${grants}`, key: `k${grants}`, expiration, strategy }
    const url = `${STORAGE}/k${grants}?X-Amz-Date=${amzDate()}`
    if (strategy === 'put') {
      const headers = { 'Content-Type': 'text/plain', 'Content-Length': '4', Host: 's3.example' }
      return { ...common, url, headers }
    }
    const fields = { key: `k${grants}`, 'X-Amz-Date': amzDate() }
    if (strategy === 'post') return { ...common, presignedPost: { url: STORAGE, fields } }
    const signatures = Buffer.alloc(32).toString('base64url')
    const parts = { from: 1, count: 1, url: `${url}&partNumber={partNumber}&s={signature}` }
    return {
      ...{ ...common, uploadId: 'u', partSize: 5 * 1024 ** 2 },
      parts: { ...parts, headers: {}, expiration, signatures },
    }
  }
  const completion = (waybill: string) => {
    calls.push(`complete ${waybill}`)
    const code = complete[completions]
    completions += 1
    return code
      ? { error: { code, message: code } }
      : { key: 'k', size: 3, etag: '"e"', verifiedBy: 'SHA256' }
  }
  const ask = (path: string, { waybill = '', uploads }: Asked): object => {
    if (path === '/complete') {
      return uploads
        ? { uploads: uploads.map((one) => completion(one.waybill)) }
        : completion(waybill)
    }
    calls.push(path === '/abort' ? 'abort' : 'create')
    return path === '/abort' ? {} : { uploads: [grant()] }
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    if (url.origin === ENDPOINT) {
      const answer = ask(url.pathname, JSON.parse(String(init?.body)))
      return Response.json(answer, { status: 'error' in answer ? 404 : 200 })
    }
    calls.push('send')
    const headers = Object.fromEntries(new Headers(init?.headers))
    const text = await new Response(init?.body).text()
    requests.push({ method: String(init?.method), url: String(input), headers, text })
    const index = requests.length - 1
    at += takesMs[index] ?? 0
    await script.until?.[index]
    return storageAnswer(storage[index] ?? 'stored')
  }
  const uploader = createUploader({
    ...{ endpoint: ENDPOINT, fetch, resumeStore: false, connections: script.connections ?? 6 },
    effects: { now: () => new Date(at), monotonicMs: () => 0, wait, random: () => 0.5 },
  })
  const passMs = (ms: number) => {
    at += ms
  }
  return { uploader, calls, requests, passMs }
}

interface Asked {
  readonly waybill?: string
  readonly uploads?: readonly { readonly waybill: string }[]
}

/** How the upload ended: what `complete` answered, or the failure. */
export function endOf(upload: Upload): Promise<unknown> {
  return upload.done.catch((error: unknown) => error)
}
