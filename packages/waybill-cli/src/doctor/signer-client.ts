import { parseSignerError } from 'waybill/internal/client'
import { tryParseJson } from 'waybill/internal/protocol'
import { problemOf } from 'waybill/internal/storage'
import { platformDigest } from 'waybill-s3/internal/digest'
import { signHeaders } from 'waybill-s3/internal/sign-headers'
import type { AccountAccess } from '../account/profile-access.ts'

/** A response from the signer, or from whatever is in front of it. */
export interface SignerReply {
  /** 0 if there was no response. */
  readonly status: number
  /** The system's code if there was no response, for example `ECONNREFUSED`. */
  readonly problem?: string
  /** The signer's own description of an error. */
  readonly message?: string
  /** The signer's error code, or an empty string. */
  readonly code: string
  readonly body: unknown
  header(name: string): string | undefined
}

export interface SignerCall {
  readonly method: 'GET' | 'POST' | 'OPTIONS'
  /**
   * Relative to the signer's URL, for example `/complete`.
   * @default ''
   */
  readonly path?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /**
   * Whether to send the caller's token or signature.
   * @default true
   */
  readonly identified?: boolean
}

export interface SignerClientOptions {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  /** Sent as a bearer token. */
  readonly token?: string | undefined
  /** Used to sign the calls if IAM protects the signer. @default - no keys are known */
  readonly access?: AccountAccess | undefined
}

export interface SignerClient {
  call(call: SignerCall): Promise<SignerReply>
  isGuarded(): Promise<boolean>
}

const TIMEOUT_MS = 60_000

/** The client checks only once whether IAM protects the signer. */
export function createSignerClient(options: SignerClientOptions): SignerClient {
  let guarded: Promise<boolean> | undefined
  const isGuarded = () => {
    guarded ??= askGuarded(options)
    return guarded
  }
  return {
    isGuarded,
    call: async (call) => send(options, call, call.identified !== false && (await isGuarded())),
  }
}

/** Lambda itself rejects unsigned calls, with a response body that is not the signer's. */
async function askGuarded(options: SignerClientOptions): Promise<boolean> {
  const reply = await send(options, { method: 'GET', path: '/rules', identified: false }, false)
  return reply.status === 403 && reply.code === '' && reply.header('x-amz-cf-id') === undefined
}

async function send(
  options: SignerClientOptions,
  call: SignerCall,
  signed: boolean,
): Promise<SignerReply> {
  const { method, path = '', headers: own = {}, identified = true } = call
  const body = call.body === undefined ? '' : JSON.stringify(call.body)
  const token = identified && !signed ? options.token : undefined
  const headers: Record<string, string> = {
    ...(body === '' ? {} : { 'content-type': 'application/json', ...(await contentHash(body)) }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...own,
  }
  const url = new URL(`${options.url}${path}`)
  const access = signed ? options.access : undefined
  try {
    const response = await options.fetch(url, {
      method,
      headers: access ? await sign(access, call, url, headers, body) : headers,
      ...(body === '' ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return await readReply(response)
  } catch (error) {
    return { status: 0, code: '', body: undefined, header: () => undefined, ...problemOf(error) }
  }
}

/** CloudFront signs the body's hash but does not compute it. */
async function contentHash(body: string): Promise<Record<string, string>> {
  return { 'x-amz-content-sha256': await platformDigest().sha256Hex(body) }
}

async function sign(
  access: AccountAccess,
  { method }: SignerCall,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Record<string, string>> {
  return signHeaders({
    method,
    path: url.pathname,
    query: '',
    headers: { ...headers, host: url.host },
    payloadHash: await platformDigest().sha256Hex(body),
    service: 'lambda',
    ...access,
  })
}

async function readReply(response: Response): Promise<SignerReply> {
  const body = tryParseJson(await response.text())
  const { status, headers } = response
  const error = parseSignerError(body)
  return {
    status,
    code: error?.code ?? '',
    ...(error ? { message: error.message } : {}),
    body,
    header: (name) => headers.get(name) ?? undefined,
  }
}
