/**
 * Sends a probe's request and returns the response, whatever it is. There are no retries, because a
 * probe needs the first response.
 *
 * @module
 */

import type { Condition } from 'waybill-s3'
import { parseErrorXml } from 'waybill-s3'
import { parseXml, type XmlElement } from 'waybill-s3/internal/xml'
import { type S3Call, signS3Call } from '../call-s3.ts'
import type { S3CallContext } from '../s3-call-context.ts'

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
