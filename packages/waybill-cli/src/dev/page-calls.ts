import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageOf } from '@waybill/command-line/command-failure'
import { type BadLine, LINE_STATES } from './bad-line.ts'
import type { Handler } from './page-files.ts'

/** One function for each allowed method. */
type PageCall = Readonly<Partial<Record<'GET' | 'POST', Answer>>>

type Answer = (query: URLSearchParams) => unknown

/** The handler rejects requests from other pages. */
export function pageCall(call: PageCall): Handler {
  return (request, response) => void answerOurPage(request, response, call)
}

/** Reads the line's state, or sets it with `POST ?state=bad`. */
export function lineCall(line: BadLine): PageCall {
  const tell = () => ({ state: line.state })
  return {
    GET: tell,
    POST: (query) => {
      const state = LINE_STATES.find((one) => one === query.get('state'))
      const allowed = LINE_STATES.join(', ')
      if (!state) throw new RangeError(`state is '${query.get('state')}', expected ${allowed}`)
      line.set(state)
      return tell()
    },
  }
}

async function answerOurPage(
  request: IncomingMessage,
  response: ServerResponse,
  call: PageCall,
): Promise<void> {
  if (!isOurOwnPage(request)) {
    return sendError(response, 403, 'FORBIDDEN', 'only the page of waybill dev may use this')
  }
  const { method } = request
  const answer = method === 'GET' || method === 'POST' ? call[method] : undefined
  if (!answer) {
    const allowed = Object.keys(call).join(' or ')
    return sendError(response, 405, 'METHOD_NOT_ALLOWED', `${method}, expected ${allowed}`)
  }
  try {
    sendJson(response, 200, await answer(queryOf(request)))
  } catch (error) {
    if (error instanceof RangeError) sendError(response, 400, 'REQUEST_INVALID', error.message)
    else sendError(response, 502, 'STORAGE_UNAVAILABLE', messageOf(error))
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split('?')[1])
}

export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  sendJson(response, status, { error: { code, message } })
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  response.writeHead(status, headers).end(JSON.stringify(value))
}

/**
 * Checks whether a request comes from our own page, or from a program such as curl. Browsers set
 * `Sec-Fetch-Site`, and a page cannot forge it. Old browsers do not send it, but they send `Origin`
 * with every request whose response a page could read.
 */
function isOurOwnPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined || headers.origin === `http://${headers.host}`
}
