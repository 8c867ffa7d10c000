/**
 * Uploads whose signer and storage answer as a test says. No time passes but what the test lets
 * pass.
 *
 * @module
 */

import type { UploadErrorCode } from 'waybill'
import { createUploader, type Effects, type ResumeStore, type Upload } from 'waybill/client'

const ENDPOINT = 'https://signer.example'
const STORAGE = 'https://s3.example'
export const PART_SIZE = 5 * 1024 ** 2
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
  readonly strategy?: 'post' | 'put' | 'multipart'
  /** Of one request after the other; then `stored`. */
  readonly storage?: readonly StorageAnswer[]
  /** Failures of one `complete` after the other; then it succeeds. */
  readonly complete?: readonly (UploadErrorCode | undefined)[]
  /** Failures of one `create` after the other; then it grants. */
  readonly create?: readonly (UploadErrorCode | undefined)[]
  /** Failures of one `list` after the other; then it lists what the storage has. */
  readonly list?: readonly (UploadErrorCode | undefined)[]
  /** What is listed instead. */
  readonly listed?: readonly object[]
  /** Of the grant, where it is wrong. */
  readonly partSize?: number
  /** What S3 says that it has received of each part. */
  readonly received?: string
  readonly resumeStore?: ResumeStore
  /** Strategies of one grant after the other, where they differ. */
  readonly strategies?: readonly ('post' | 'put' | 'multipart')[]
  /** How long each request to the storage takes. */
  readonly takesMs?: readonly number[]
  readonly connections?: number
  readonly storageOrigins?: readonly string[]
  /** Where the pauses of a test are not over at once. */
  readonly wait?: Effects['wait']
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

const random = () => 0.5

/** Bounds are never reached; pauses between attempts are over at once. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms < 5_000) return Promise.resolve()
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

export function uploaderBy(script: Script) {
  const { storage = [], strategies = [], takesMs = [] } = script
  const calls: string[] = []
  const requests: StoredRequest[] = []
  const described: FileDescription[] = []
  const stored = new Map<number, object>()
  const left = { create: [...(script.create ?? [])], list: [...(script.list ?? [])] }
  const complete = [...(script.complete ?? [])]
  let at = Date.UTC(2026, 0, 1)
  let grants = 0
  const grant = (file: FileDescription) => {
    described.push(file)
    grants += 1
    const strategy = strategies[grants - 1] ?? script.strategy ?? 'post'
    const { partSize } = script
    return { ...grantOf(strategy, grants, file.size, at), ...(partSize ? { partSize } : {}) }
  }
  const completion = (waybill: string) => {
    calls.push(`complete ${waybill}`)
    const code = complete.shift()
    return code
      ? { error: { code, message: code } }
      : { key: 'k', size: 3, etag: '"e"', verifiedBy: 'SHA256' }
  }
  const ask = (path: string, { waybill = '', uploads, files = [] }: Asked): object => {
    if (path === '/complete') {
      return uploads
        ? { uploads: uploads.map((one) => completion(one.waybill)) }
        : completion(waybill)
    }
    calls.push(path === '/' ? 'create' : `${path.slice(1)} ${waybill}`)
    const code = path === '/' ? left.create.shift() : path === '/list' && left.list.shift()
    if (code) return { error: { code, message: code } }
    if (path === '/list') return { parts: script.listed ?? [...stored.values()] }
    if (path === '/parts') return windowOf(grants, described.at(-1)?.size ?? 0, at)
    return { uploads: files.map(grant) }
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    if (url.origin === ENDPOINT) {
      const answer = ask(url.pathname, JSON.parse(String(init?.body)))
      if (url.pathname === '/abort') return new Response(null, { status: 204 })
      return Response.json(answer, { status: 'error' in answer ? 404 : 200 })
    }
    const partNumber = url.searchParams.get('partNumber')
    calls.push(partNumber ? `send ${partNumber}` : 'send')
    const headers = Object.fromEntries(new Headers(init?.headers))
    const text = await new Response(init?.body).text()
    requests.push({ method: String(init?.method), url: String(input), headers, text })
    const index = requests.length - 1
    at += takesMs[index] ?? 0
    await untilAborted(script.until?.[index], init?.signal)
    const answer = storageAnswer(storage[index] ?? 'stored')
    const part = { partNumber: Number(partNumber), size: text.length, etag: '"e"' }
    if (answer.ok) stored.set(part.partNumber, part)
    if (script.received) answer.headers.set('x-amz-checksum-crc64nvme', script.received)
    return answer
  }
  const uploader = createUploader({
    ...{ endpoint: ENDPOINT, fetch, resumeStore: script.resumeStore ?? false },
    ...{ connections: script.connections ?? 6 },
    ...(script.storageOrigins ? { storageOrigins: script.storageOrigins } : {}),
    effects: { now: () => new Date(at), monotonicMs: () => 0, wait: script.wait ?? wait, random },
  })
  const passMs = (ms: number) => {
    at += ms
  }
  return { uploader, calls, requests, described, stored, passMs }
}

/** What a signer grants for a file at a moment; its number is in the waybill and the key. */
function grantOf(
  strategy: 'post' | 'put' | 'multipart',
  count: number,
  size: number,
  at: number,
): object {
  const amzDate = amzDateOf(at)
  const expiration = new Date(at + LIFE_MS).toISOString()
  const common = { waybill: `w${count}`, key: `k${count}`, expiration, strategy }
  const url = `${STORAGE}/k${count}?X-Amz-Date=${amzDate}`
  if (strategy === 'put') {
    const headers = { 'Content-Type': 'text/plain', 'Content-Length': '4', Host: 's3.example' }
    return { ...common, url, headers }
  }
  const fields = { key: `k${count}`, 'X-Amz-Date': amzDate }
  if (strategy === 'post') return { ...common, presignedPost: { url: STORAGE, fields } }
  const own = { uploadId: 'u', partSize: PART_SIZE, parts: windowOf(count, size, at) }
  return { ...common, ...own }
}

/** The URLs of all parts of a file. */
function windowOf(grant: number, size: number, at: number): object {
  const count = Math.ceil(size / PART_SIZE)
  return {
    ...{ from: 1, count, headers: {}, expiration: new Date(at + LIFE_MS).toISOString() },
    url: `${STORAGE}/k${grant}?X-Amz-Date=${amzDateOf(at)}&partNumber={partNumber}&X-Amz-Signature={signature}`,
    signatures: Buffer.alloc(32 * count).toString('base64url'),
  }
}

function amzDateOf(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** As `fetch` does, which ends with its signal. */
async function untilAborted(
  answer: Promise<void> | undefined,
  signal: AbortSignal | null | undefined,
): Promise<void> {
  const aborted = new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason)),
  )
  await Promise.race([answer, aborted])
}

interface FileDescription {
  readonly size: number
  readonly path?: string
  readonly sha256?: string
  readonly type: string
  readonly secondHost?: true
}

interface Asked {
  readonly waybill?: string
  readonly uploads?: readonly { readonly waybill: string }[]
  readonly files?: readonly FileDescription[]
}

/** How the upload ended: what `complete` answered, or the failure. */
export function endOf(upload: Upload): Promise<unknown> {
  return upload.done.catch((error: unknown) => error)
}
