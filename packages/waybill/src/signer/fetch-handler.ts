import { withoutTrailingSlashes } from 'waybill-s3/internal/bucket-url'
import type { SignerRequest, SignerResponse } from '../protocol/authorization.ts'
import { callPathAtEnd } from '../protocol/calls.ts'
import { maxBodySize } from '../protocol/message-limits.ts'
import type { ServerEffects } from '../storage/server-effects.ts'

/** The same as `toNodeHandler`'s default `bodyTimeoutMs`. */
const BODY_TIMEOUT_MS = 60_000
const LATE = Symbol('late')

/**
 * Stops reading a body after one minute, or when it exceeds the size limit for the path, regardless
 * of its `Content-Length`.
 */
export function fetchHandler(
  handle: (request: SignerRequest, context: unknown) => Promise<SignerResponse>,
  { later }: Pick<ServerEffects, 'later'>,
): (request: Request, context?: unknown) => Promise<Response> {
  return async (request, context) => {
    const url = new URL(request.url)
    const path = signerPath(url.pathname)
    const body = await readBodyText(request, maxBodySize(path), later)
    const {
      status,
      headers,
      body: text,
    } = await handle(
      {
        method: request.method,
        path,
        query: Object.fromEntries(url.searchParams),
        headers: plainHeaders(request),
        ...(body === LATE ? { bodyTimedOut: true } : body === undefined ? {} : { body }),
      },
      context,
    )
    return new Response(status === 204 ? null : text, { status, headers })
  }
}

function plainHeaders({ headers }: Request): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !isReservedHeader(name)))
}

/** If the body is too long, returns a string that is also too long, so that `handle` rejects it. */
async function readBodyText(
  request: Request,
  most: number,
  later: ServerEffects['later'],
): Promise<string | undefined | typeof LATE> {
  const { body } = request
  if (!body || request.bodyUsed || body.locked) return undefined
  const reader = body.getReader()
  let isLate = false
  const cancel = () => reader.cancel().catch(() => {}) // the connection has already failed
  const inTime = later(BODY_TIMEOUT_MS, () => {
    isLate = true
    cancel()
  })
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  try {
    for (;;) {
      const { value } = await reader.read()
      if (isLate) return LATE
      if (!value) return text + decoder.decode()
      size += value.length
      if (size > most) {
        cancel()
        return ' '.repeat(most + 1)
      }
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    inTime()
  }
}

/**
 * Returns the path of a call relative to the signer's base URL.
 *
 * @param pathname - The path of the full URL.
 * @param basePath - The path at which the signer is mounted. If omitted, everything before the name
 *   of the call is treated as the base path.
 * @returns `''` for the base URL itself, a path such as `/parts`, or any other path below the base
 *   path. A path outside the base path gets a second leading slash, so that it never matches a
 *   call.
 */
export function signerPath(pathname: string, basePath?: string): string {
  const path = withoutTrailingSlashes(pathname)
  if (basePath === undefined) return callPathAtEnd(path)
  const base = withoutTrailingSlashes(basePath)
  if (path === base) return ''
  return path.startsWith(`${base}/`) ? path.slice(base.length) : `/${path || '/'}`
}

/**
 * Returns whether a header name begins with `x-waybill-`. Only proxies in front of the signer set
 * such headers, so those that clients send are ignored.
 *
 * @param name - In lower case.
 */
export function isReservedHeader(name: string): boolean {
  return name.startsWith('x-waybill-')
}
