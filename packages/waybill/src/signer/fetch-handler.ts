import { maxBodySize } from '../protocol/message-limits.ts'
import type { SignerRequest, SignerResponse } from '../protocol/signer-request.ts'
import type { ServerEffects } from '../storage/server-effects.ts'
import { isReservedHeader } from './reserved-headers.ts'
import { signerPath } from './signer-path.ts'

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
