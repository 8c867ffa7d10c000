/**
 * A real S3 over HTTP for the signer's tests, and a `fetch` between them that can spoil single calls.
 *
 * @module
 */

import { type StrictS3, startStrictS3 } from 'strict-s3'
import { onTestFinished } from 'vitest'
import type { MultipartGrant, UploadGrant, UploadRules } from 'waybill'
import { type CheckedOptions, createSigner, type Signer, type SignerOptions } from 'waybill/signer'
import { partUrl, signRequest } from 'waybill-s3'
import { SECRET } from './signing.ts'
import { postForm } from './upload-form.ts'

const BUCKET = 'uploads'

export async function startStorage(now = () => new Date()): Promise<StrictS3> {
  const s3 = await startStrictS3({ buckets: [BUCKET], now })
  onTestFinished(() => s3.close())
  return s3
}

/** A signer of that S3, with the platform's clock and `fetch`, that waits for nothing between attempts. */
export function signerOf<const Rules extends UploadRules>(
  s3: StrictS3,
  rules: Rules,
  options: Partial<Omit<SignerOptions<Rules>, 'rules'>> = {},
): Signer<Rules> {
  const all = {
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: s3.credentials,
    secret: SECRET,
    allowedOrigins: [],
    onError: () => {},
    ...options,
    effects: { wait: async () => {}, ...options.effects },
    rules,
  }
  return createSigner(all as CheckedOptions<Rules>)
}

/** One call to S3, named as AWS names the operation. */
export interface SeenCall {
  readonly operation: string
  readonly headers: Readonly<Record<string, string>>
  readonly url: URL
}

/** What becomes of a call: `lose` does it and drops the answer, a response stands in for S3's. */
export type Plan = (call: SeenCall, attempt: number) => 'lose' | Response | undefined

/** @returns A `fetch` over the real one, and all that it was asked for. */
export function spoiledFetch(plan: Plan = () => undefined) {
  const calls: SeenCall[] = []
  const attempts = new Map<string, number>()
  const spoiled: typeof fetch = async (input, init) => {
    const url = new URL(String(input))
    const operation = operationOf(init?.method ?? 'GET', url.searchParams)
    const attempt = (attempts.get(operation) ?? 0) + 1
    attempts.set(operation, attempt)
    const call = { operation, url, headers: { ...(init?.headers as Record<string, string>) } }
    calls.push(call)
    const fate = plan(call, attempt)
    if (fate instanceof Response) return fate
    const response = await fetch(input, init)
    if (fate !== 'lose') return response
    await response.arrayBuffer()
    throw new TypeError('fetch failed')
  }
  return { fetch: spoiled, calls, operations: () => calls.map(({ operation }) => operation) }
}

function operationOf(method: string, query: URLSearchParams): string {
  if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : 'ListUploads'
  if (!query.has('uploadId')) return `${method} object`
  const names: Record<string, string> = { POST: 'Complete', GET: 'ListParts', DELETE: 'Abort' }
  return names[method] ?? method
}

/** An S3 error as an answer. */
export function refusal(status: number, code: string): Response {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>spoiled</Message></Error>`
  return new Response(xml, { status, headers: { 'content-type': 'application/xml' } })
}

/** @returns Bytes that differ from one place to the next. */
export function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = 0x9e3779b9
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[index] = state
  }
  return new Uint8Array(words.buffer, 0, size)
}

/** Sends the parts of a grant, all or those asked for. */
export async function sendParts(
  { parts, partSize }: MultipartGrant,
  bytes: Uint8Array<ArrayBuffer>,
  numbers: readonly number[] = [...Array(Math.ceil(bytes.length / partSize)).keys()].map(
    (index) => index + 1,
  ),
): Promise<void> {
  for (const number of numbers) {
    const body = bytes.subarray((number - 1) * partSize, number * partSize)
    const url = partUrl(parts, number)
    const response = await fetch(url, { method: 'PUT', headers: parts.headers, body })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`part ${number}: ${response.status} ${text}`)
  }
}

/** Sends a file as its grant says. @returns The status, of parts 200. */
export async function sendFile(
  grant: UploadGrant,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<number> {
  if (grant.strategy === 'post') return (await postForm(grant.presignedPost, bytes)).status
  if (grant.strategy === 'put') {
    const { url, headers } = grant
    return (await fetch(url, { method: 'PUT', headers, body: bytes })).status
  }
  await sendParts(grant, bytes)
  return 200
}

/** Asks the S3 itself, not the signer. */
export async function askStorage(
  s3: StrictS3,
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
  key: string | undefined,
  query: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<Response> {
  const { url, headers } = await signRequest({
    bucket: BUCKET,
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: s3.credentials,
    method,
    query,
    ...(key === undefined ? {} : { key }),
  })
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
}

/** @returns How many multipart uploads are under way. */
export async function uploadsUnderWay(s3: StrictS3): Promise<number> {
  const text = await (await askStorage(s3, 'GET', undefined, { uploads: '' })).text()
  return text.split('<UploadId>').length - 1
}
