/**
 * Finds out whether a store enforces the headers that a presigned URL has signed.
 *
 * @module
 */

import {
  type BucketLocation,
  type Condition,
  type CredentialsProvider,
  parseErrorXml,
} from 'waybill-s3'
import { toHex } from 'waybill-s3/internal/digest'
import { parseXml, type XmlElement } from 'waybill-s3/internal/xml'
import { type S3Call, signS3Call } from './call-s3.ts'
import { deleteObject } from './objects.ts'
import { createS3Context, type S3CallContext } from './s3-call-context.ts'
import type { ServerEffects } from './server-effects.ts'

/** The store to check, and the credentials to use. */
export interface ProbedStore extends BucketLocation {
  /** The credentials that sign for clients. They must be allowed to put objects. */
  readonly credentials: CredentialsProvider
  /**
   * Prefix for the probe's keys, if the credentials are limited to one.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Time limit of one request in milliseconds.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** @default - the platform's */
  readonly effects?: Partial<ServerEffects>
}

/**
 * This MD5 does not match the body, so a store that checks it rejects the request and stores
 * nothing.
 */
const WRONG_MD5 = 'AAAAAAAAAAAAAAAAAAAAAA=='
const UNSIGNED = { 'x-amz-meta-waybill-probe': 'unsigned' }

/**
 * Checks whether a store enforces signed headers. On AWS S3, the outcome is `yes`; if it is `no`,
 * strategy `put` is unsafe with this store.
 *
 * The probe sends two presigned PUTs whose signed `Content-MD5` is wrong, so that nothing is
 * stored. The first has only signed headers. It must fail with `BadDigest`, which shows that the
 * store accepts the credentials and checks the digest. The second adds an unsigned `x-amz-meta-*`
 * header. A strict store rejects it with a signature error (403); a lax store ignores the header
 * and reports the wrong digest again.
 *
 * A store that does not check digests stores an object of 13 bytes. The probe then removes the
 * object if the credentials allow it, and returns `unknown`.
 *
 * @throws {TypeError | RangeError} If bucket, region or endpoint is invalid, or if the credentials
 *   have expired.
 * @example
 * ```ts
 * const { outcome, answer } = await probeSignedHeaders({ bucket, region, endpoint, credentials })
 * if (outcome !== 'yes') console.warn(`strategy put is not safe here: ${answer}`)
 * ```
 */
export async function probeSignedHeaders(store: ProbedStore): Promise<ProbeResult> {
  const context = createS3Context(store)
  const key = `${store.prefix ?? ''}waybill-probe-${toHex(context.randomBytes(16))}`
  return askSignedHeaders(context, key)
}

export async function askSignedHeaders(context: S3CallContext, key: string): Promise<ProbeResult> {
  const control = await put(context, key, {})
  if (control.code !== 'BadDigest') return unknown(context, key, control)
  const trial = await put(context, key, UNSIGNED)
  if (trial.status === 403) return { outcome: 'yes', answer: shown(trial) }
  if (trial.code === 'BadDigest') return { outcome: 'no', answer: shown(trial) }
  return unknown(context, key, trial)
}

function put(
  context: S3CallContext,
  key: string,
  unsigned: Readonly<Record<string, string>>,
): Promise<StoreResponse> {
  const signed = { 'content-md5': WRONG_MD5 }
  return putPresigned(context, { key, signed, unsigned, body: BODY })
}

async function unknown(
  context: S3CallContext,
  key: string,
  answer: StoreResponse,
): Promise<ProbeResult> {
  if (isTaken(answer)) await deleteObject(context, { key }).catch(() => undefined)
  return { outcome: 'unknown', answer: shown(answer) }
}

export interface AskedStore {
  readonly s3: S3CallContext
  /** Prefix of the probes' keys. It cannot be guessed, so no other object has it. */
  readonly folder: string
  readonly origin?: string
}

export interface StoreProbe {
  readonly name: string
  /** The question, phrased so that AWS's answer is `yes`. */
  readonly asks: string
  readonly sent: string
  ask(store: AskedStore): Promise<ProbeResult>
}

export const BODY = 'waybill probe'

/**
 * Compares the responses to a valid and an invalid request. If the store rejects both, it lacks the
 * feature, unless it rejects the credentials.
 */
export function enforced(control: StoreResponse, trial: StoreResponse): ProbeResult {
  if (!isTaken(control)) return lacking(control)
  if (isTaken(trial)) return { outcome: 'no', answer: `${shown(trial)}, stored` }
  return { outcome: isRefusal(trial) ? 'yes' : 'unknown', answer: shown(trial) }
}

/** The result for a request that AWS accepts but this store did not. */
export function lacking(reply: StoreResponse): ProbeResult {
  // A 403 is about the credentials or a bucket policy, so it does not show what the store supports.
  const isLacking = reply.status !== 403 && (isRefusal(reply) || reply.status === 501)
  return { outcome: isLacking ? 'no' : 'unknown', answer: `${shown(reply)} where AWS takes it` }
}

/** Returns whether the store rejected the request, rather than failing to process it. */
export function isRefusal({ status, code }: StoreResponse): boolean {
  return (status >= 400 && status < 500) || (status === 200 && code !== '')
}

/** Result of a probe. */
export interface ProbeResult {
  /** `yes`: the store does what was asked. `unknown`: its responses allow no conclusion. */
  readonly outcome: 'yes' | 'no' | 'unknown'
  /** The store's status and error code, for people. Contains nothing from the request. */
  readonly answer: string
}

export interface StoreResponse {
  /** 0 if there was no response. */
  readonly status: number
  readonly code: string
  /** The system's code if there was no response, for example `ECONNREFUSED`. */
  readonly problem?: string
  header(name: string): string | undefined
  readonly text: string
  readonly document?: XmlElement
}

type Headers = Readonly<Record<string, string>>

const NO_RESPONSE: StoreResponse = { status: 0, code: '', header: () => undefined, text: '' }

export async function exchange(
  context: Pick<S3CallContext, 'fetch' | 'requestTimeoutMs'>,
  url: string,
  init: RequestInit,
): Promise<StoreResponse> {
  try {
    const signal = AbortSignal.timeout(context.requestTimeoutMs)
    // A redirect leads to another host, where the signature is invalid.
    const response = await context.fetch(url, { redirect: 'manual', signal, ...init })
    return readResponse(response, await response.text())
  } catch (error) {
    return { ...NO_RESPONSE, ...problemOf(error) }
  }
}

/** Returns only the code of the system's error, because runtimes put URLs into messages. */
export function problemOf(error: unknown): { readonly problem?: string } {
  const { code } = Object(Object(error).cause)
  return typeof code === 'string' ? { problem: code } : {}
}

function readResponse({ status, headers }: Response, text: string): StoreResponse {
  const document = readDocument(text)
  return {
    status,
    code: parseErrorXml(text, status)?.code ?? '',
    header: (name) => headers.get(name) ?? undefined,
    text,
    ...(document ? { document } : {}),
  }
}

function readDocument(text: string): XmlElement | undefined {
  try {
    return text.trim() === '' ? undefined : parseXml(text)
  } catch {
    return undefined
  }
}

/** S3 may send an error with status 200. */
export function isTaken({ status, code }: StoreResponse): boolean {
  return status >= 200 && status < 300 && code === ''
}

/** Formats a response for people. The result contains nothing from the request. */
export function shown({
  status,
  code,
  problem,
}: Pick<StoreResponse, 'status' | 'code' | 'problem'>): string {
  if (status === NO_RESPONSE.status) return problem ? `no response (${problem})` : 'no response'
  return code === '' ? String(status) : `${status} ${code}`
}

export type SignedCall = Pick<S3Call, 'method' | 'key' | 'query' | 'headers' | 'body'>

export async function callOnce(context: S3CallContext, call: SignedCall): Promise<StoreResponse> {
  const { url, headers } = await signS3Call(context, call)
  const { method, body = '' } = call
  return exchange(context, url, { method, headers: { ...headers }, ...(body ? { body } : {}) })
}

export interface PresignedPut {
  readonly key: string
  readonly query?: Headers
  readonly signed?: Headers
  readonly unsigned?: Headers
  readonly body: string
  /** Changes the URL after signing. */
  readonly spoil?: (url: string) => string
}

export async function putPresigned(
  context: S3CallContext,
  put: PresignedPut,
): Promise<StoreResponse> {
  const { key, query, signed = {}, unsigned = {}, body, spoil = (url) => url } = put
  const { url, headers } = await context.presigner.presignUrl({
    method: 'PUT',
    key,
    ...(query ? { query } : {}),
    headers: signed,
    credentials: await context.credentials(),
    expiresInSeconds: 60,
  })
  // `fetch` sets the body's length itself, as a browser does.
  const { 'content-length': _, ...sent } = headers
  return exchange(context, spoil(url), { method: 'PUT', headers: { ...sent, ...unsigned }, body })
}

export interface PresignedForm {
  readonly key: string
  readonly fields?: Headers
  readonly conditions?: readonly Condition[]
  /** Fields added or replaced after signing. */
  readonly changed?: Headers
  readonly headers?: Headers
  readonly body: string
}

export async function postForm(
  context: S3CallContext,
  form: PresignedForm,
): Promise<StoreResponse> {
  const { key, fields: own = {}, conditions = [], changed = {}, headers = {}, body } = form
  const { url, fields } = await context.presigner.presignPost({
    credentials: await context.credentials(),
    key,
    fields: own,
    conditions: [['content-length-range', 0, 1024], ...conditions],
    expiresInSeconds: 60,
  })
  const data = new FormData()
  for (const [name, value] of Object.entries({ ...fields, ...changed })) data.append(name, value)
  // The file is the last field because S3 ignores all fields after it.
  data.append('file', new Blob([body]), 'probe')
  return exchange(context, url, { method: 'POST', headers: { ...headers }, body: data })
}
